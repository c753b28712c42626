import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { viewerOf } from '../graphql/context.ts';
import { sendCode, verifyContact } from './contact-codes.ts';
import { CodeChannelEnum, ContactPayloadRef } from './contact-types.ts';

const CODE_CHARACTERS_MAX = 32;

const SendContactCodeInput = builder.inputType('SendContactCodeInput', {
  fields: (t) => ({ channel: t.field({ type: CodeChannelEnum, required: true }) }),
});

const VerifyContactInput = builder.inputType('VerifyContactInput', {
  fields: (t) => ({
    channel: t.field({ type: CodeChannelEnum, required: true }),
    code: t.string({ required: true, validate: z.string().max(CODE_CHARACTERS_MAX), description: 'Six digits.' }),
  }),
});

builder.mutationFields((t) => ({
  sendContactCode: t.field({
    type: ContactPayloadRef,
    authScopes: { read: true },
    description:
      'Sends a new code to the viewer’s e-mail address or phone, in place of the one before: it can be given for 10 minutes, and 5 times. At most 5 within an hour and 10 within a day for a user, 3 and 6 to one address. Nothing is sent to one that is verified.',
    args: { input: t.arg({ type: SendContactCodeInput, required: true }) },
    resolve: (_root, { input: { channel } }, context) => {
      const { id: user, vouched = {} } = viewerOf(context);
      return sendCode(context.deps, { user, channel }, vouched);
    },
  }),
  verifyContact: t.field({
    type: ContactPayloadRef,
    authScopes: { read: true },
    description:
      'Gives the code that was sent last: from then on messages go to the address. Refused with WRONG_CODE, or with CODE_EXPIRED when no code is valid. Idempotent.',
    args: { input: t.arg({ type: VerifyContactInput, required: true }) },
    resolve: (_root, { input: { channel, code } }, context) =>
      verifyContact(context.deps, { user: viewerOf(context).id, channel }, code.replace(/\s/g, '')),
  }),
}));

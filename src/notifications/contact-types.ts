import { builder } from '../graphql/builder.ts';
import { type Contact, CODE_CHANNELS, CONTACT_STATES } from './contact.ts';
import type { ContactAnswer } from './contact-codes.ts';
import { RefusalRef } from './refusal.ts';
import { NotificationChannel } from './types.ts';

const ContactStateEnum = builder.enumType('ContactState', {
  values: CONTACT_STATES,
  description:
    'UNVERIFIED: nothing but a code goes there. VERIFIED: messages go there; a webhook is so from the start, its secret binds it. GONE: its provider says that nothing arrives there, and nothing is sent.',
});

export const CodeChannelEnum = builder.enumType('CodeChannel', {
  values: CODE_CHANNELS,
  description: 'Those whose addresses are verified by a code.',
});

export const ContactRef = builder.objectRef<Contact>('NotificationContact').implement({
  description: 'How an address of the viewer stands.',
  fields: (t) => ({
    channel: t.expose('channel', { type: NotificationChannel }),
    state: t.expose('state', { type: ContactStateEnum }),
    verifiedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ verifiedAt }) => verifiedAt?.toISOString(),
    }),
    goneAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when its provider says that nothing arrives there.',
      resolve: ({ goneAt }) => goneAt?.toISOString(),
    }),
    goneReason: t.exposeString('goneText', { nullable: true, description: 'In the provider’s words.' }),
    codeExpiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when the code that was sent last can be given; null: there is none.',
      resolve: ({ codeExpiresAt }) => codeExpiresAt?.toISOString(),
    }),
  }),
});

export const ContactPayloadRef = builder.objectRef<ContactAnswer>('NotificationContactPayload').implement({
  fields: (t) => ({
    contact: t.expose('contact', {
      type: ContactRef,
      nullable: true,
      description: 'As it is now; null: the viewer has no address there.',
    }),
    refusal: t.expose('refusal', { type: RefusalRef, nullable: true, description: 'Null when it was done.' }),
  }),
});

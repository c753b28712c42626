import { builder } from '../graphql/builder.ts';
import { viewerOf } from '../graphql/context.ts';
import { sendCode } from './contact-codes.ts';
import { changeOf } from './preference-change.ts';
import type { Preferences } from './preferences.ts';
import { PreferencesInput } from './preference-inputs.ts';
import { PreferencesPayloadRef, PreferencesRef } from './preference-types.ts';
import { readVersioned, setPreferences } from './preferences-store.ts';

builder.queryField('notificationPreferences', (t) =>
  t.field({
    type: PreferencesRef,
    authScopes: { read: true },
    description: 'What the viewer wants to be told, where and when.',
    resolve: (_root, _args, context) => readVersioned(context.deps.db, viewerOf(context).id),
  }),
);

builder.mutationField('setNotificationPreferences', (t) =>
  t.field({
    type: PreferencesPayloadRef,
    authScopes: { read: true },
    description:
      'Changes what is given of the viewer’s preferences, all of it or, when refused, nothing. A code is sent to each e-mail address and phone that is new.',
    args: { input: t.arg({ type: PreferencesInput, required: true }) },
    resolve: async (_root, { input: { expectedVersion = null, ...input } }, context) => {
      const { deps } = context;
      const { id: user, vouched = {} } = viewerOf(context);
      const of = (current: Preferences) => changeOf(input, current);
      const { unverified, ...changed } = await setPreferences(deps, user, { expectedVersion, of, vouched });
      if (unverified.length === 0) return { ...changed, codes: [] };
      const codes = await Promise.all(unverified.map((channel) => sendCode(deps, { user, channel }, vouched)));
      return { ...changed, codes, preferences: await readVersioned(deps.db, user) };
    },
  }),
);

import { builder } from '../graphql/builder.ts';
import { viewerOf } from '../graphql/context.ts';
import { changeOf } from './preference-change.ts';
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
    description: 'Changes what is given of the viewer’s preferences, all of it or, when refused, nothing.',
    args: { input: t.arg({ type: PreferencesInput, required: true }) },
    resolve: (_root, { input: { expectedVersion = null, ...input } }, context) =>
      setPreferences(context.deps, viewerOf(context).id, {
        expectedVersion,
        of: (current) => changeOf(input, current),
      }),
  }),
);

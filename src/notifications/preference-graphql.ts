import { builder } from '../graphql/builder.ts';
import { PreferencesInput } from './preference-inputs.ts';
import { PreferencesPayloadRef, PreferencesRef } from './preference-types.ts';
import { unserved } from './unserved.ts';

builder.queryField('notificationPreferences', (t) =>
  t.field({
    type: PreferencesRef,
    authScopes: { read: true },
    description: 'What the viewer wants to be told, where and when.',
    resolve: unserved,
  }),
);

builder.mutationField('setNotificationPreferences', (t) =>
  t.field({
    type: PreferencesPayloadRef,
    authScopes: { read: true },
    description: 'Changes what is given of the viewer’s preferences, all of it or, when refused, nothing.',
    args: { input: t.arg({ type: PreferencesInput, required: true }) },
    resolve: unserved,
  }),
);

import { builder } from '../graphql/builder.ts';
import {
  DevicePayloadRef,
  DeviceRef,
  PresencePayloadRef,
  RegisterDeviceInput,
  RemoveDeviceInput,
  ReportPresenceInput,
} from './device-types.ts';
import { unserved } from './unserved.ts';

builder.queryField('devices', (t) =>
  t.field({
    type: [DeviceRef],
    authScopes: { read: true },
    description: 'The viewer’s browsers and phones, the one seen last first.',
    resolve: unserved,
  }),
);

builder.mutationFields((t) => ({
  registerDevice: t.field({
    type: DevicePayloadRef,
    authScopes: { read: true },
    description:
      'Tells of this installation of an app, at each start and whenever its permission or token changes. A token belongs to whoever registered it last.',
    args: { input: t.arg({ type: RegisterDeviceInput, required: true }) },
    resolve: unserved,
  }),
  removeDevice: t.field({
    type: DevicePayloadRef,
    authScopes: { read: true },
    description: 'Forgets an installation, as on signing out; refused with UNKNOWN_DEVICE when there is none.',
    args: { input: t.arg({ type: RemoveDeviceInput, required: true }) },
    resolve: unserved,
  }),
  reportPresence: t.field({
    type: PresencePayloadRef,
    authScopes: { read: true },
    description:
      'Whether the user can see this app now. Over a socket it holds until the socket closes or it is said otherwise; over HTTP for 30 s: say it again every 10 s. While an app is in the foreground nothing is pushed that it shows.',
    args: { input: t.arg({ type: ReportPresenceInput, required: true }) },
    resolve: unserved,
  }),
}));

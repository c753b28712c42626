import { builder } from '../graphql/builder.ts';
import { viewerOf } from '../graphql/context.ts';
import { shouldPrompt } from './device.ts';
import { registrationOf } from './device-input.ts';
import { DevicePayloadRef, DeviceRef, PresencePayloadRef } from './device-types.ts';
import { RegisterDeviceInput, RemoveDeviceInput, ReportPresenceInput } from './device-inputs.ts';
import { readDevices, registerDevice, removeDevice, seeDevice } from './devices.ts';
import { refusal } from './refusal.ts';

builder.queryField('devices', (t) =>
  t.field({
    type: [DeviceRef],
    authScopes: { read: true },
    description: 'The viewer’s browsers and phones, the one seen last first.',
    resolve: async (_root, _args, context) => {
      const { id } = viewerOf(context);
      return [...((await readDevices(context.deps.db, [id])).get(id) ?? [])];
    },
  }),
);

builder.mutationFields((t) => ({
  registerDevice: t.field({
    type: DevicePayloadRef,
    authScopes: { read: true },
    description:
      'Tells of this installation of an app, at each start and whenever its permission or token changes. A token belongs to whoever registered it last.',
    args: { input: t.arg({ type: RegisterDeviceInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { deps } = context;
      const { id: user } = viewerOf(context);
      const registration = registrationOf(input, deps.config);
      if ('refusal' in registration) return { device: null, promptForPush: false, ...registration };
      const device = await registerDevice(deps, user, registration);
      const all = (await readDevices(deps.db, [user])).get(user) ?? [];
      return { device, promptForPush: shouldPrompt(device, all), refusal: null };
    },
  }),
  removeDevice: t.field({
    type: DevicePayloadRef,
    authScopes: { read: true },
    description: 'Forgets an installation, as on signing out; refused with UNKNOWN_DEVICE when there is none.',
    args: { input: t.arg({ type: RemoveDeviceInput, required: true }) },
    resolve: async (_root, { input: { installation } }, context) => {
      const device = await removeDevice(context.deps, viewerOf(context).id, installation);
      const unknown = refusal('UNKNOWN_DEVICE', 'you have no device of this installation', 'installation');
      return { device, promptForPush: false, refusal: device ? null : unknown };
    },
  }),
  reportPresence: t.field({
    type: PresencePayloadRef,
    authScopes: { read: true },
    description:
      'Whether the user can see this app now. Over a socket it holds until the socket closes or says otherwise; over HTTP for 30 s: say it again every 10 s. While an app is in the foreground nothing is pushed that it shows.',
    args: { input: t.arg({ type: ReportPresenceInput, required: true }) },
    resolve: async (_root, { input: { installation, foreground } }, context) => {
      const { deps, connection } = context;
      const { id: user } = viewerOf(context);
      if (connection) connection.report(foreground);
      else await deps.presence.tell(user, installation, foreground);
      const devices = await seeDevice(deps, user, installation);
      const device = devices.find((each) => each.installation === installation);
      return { promptForPush: device !== undefined && shouldPrompt(device, devices) };
    },
  }),
}));

import type { Deps } from '../../deps.ts';
import { apnsPort } from './apns.ts';
import type { ChannelPort, ChannelPorts, TargetKind } from './channel.ts';
import { emailPort } from './email.ts';
import { fcmPort } from './fcm.ts';
import { type ChannelGuardOptions, guardedChannel } from './guarded-channel.ts';
import type { ChannelSettings } from './settings.ts';
import { smsPort } from './sms.ts';
import { webPushPort } from './web-push.ts';
import { webhookPort } from './webhook.ts';

type PortDeps = Pick<Deps, 'clock' | 'log'>;

/** The channels that are configured, each behind its guard; close every one of them. */
export function openChannelPorts(
  { webPush, fcm, apns, email, sms, webhook }: ChannelSettings,
  deps: PortDeps,
  options: ChannelGuardOptions = {},
): ChannelPorts {
  const { clock } = deps;
  const guarded = <K extends TargetKind>(port: ChannelPort<K>): ChannelPort<K> => guardedChannel(deps, port, options);
  return {
    ...(webPush && { WEB_PUSH: guarded(webPushPort({ settings: webPush, clock })) }),
    ...(fcm && { FCM: guarded(fcmPort({ ...fcm, clock })) }),
    ...(apns && { APNS: guarded(apnsPort({ ...apns, clock })) }),
    ...(email && { EMAIL: guarded(emailPort(email)) }),
    ...(sms && { SMS: guarded(smsPort({ ...sms, clock })) }),
    ...(webhook && { WEBHOOK: guarded(webhookPort({ ...webhook, clock })) }),
  };
}

export async function closeChannelPorts(ports: ChannelPorts): Promise<void> {
  for (const port of Object.values(ports)) await port.close();
}

import type { DocumentNode } from 'graphql';
import type { Fillstream } from '../client/index.ts';
import {
  BlotterChannelsDocument,
  type BlotterChannelsQuery,
  BlotterRegisterDeviceDocument,
  type BlotterRegisterDeviceMutation,
  BlotterRemoveDeviceDocument,
  type PushPermission,
  type WebPushInput,
} from '../generated/web/graphql.ts';
import { installation } from './installation.ts';

/** Whether this browser gets pushes, or why not. */
export type PushState = 'on' | 'off' | 'denied' | 'unsupported' | 'unconfigured';

type Asking = Pick<Fillstream, 'ask'>;

const PERMISSION: Readonly<Record<NotificationPermission, PushPermission>> = {
  granted: 'GRANTED',
  denied: 'DENIED',
  default: 'PROMPT',
};

const isSupported = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

const subscriptionNow = async (): Promise<PushSubscription | null> =>
  isSupported()
    ? ((await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription()) ?? null)
    : null;

/** Tells the service of this browser as it is now: at each start, for its subscription may have been replaced. */
export async function registerBrowser({ ask }: Asking): Promise<void> {
  const subscription = await subscriptionNow();
  const permission = isSupported() ? PERMISSION[Notification.permission] : 'DENIED';
  const { registerDevice } = await ask<BlotterRegisterDeviceMutation>(BlotterRegisterDeviceDocument, {
    input: {
      ...{ installation: installation(), platform: 'WEB', permission, locale: navigator.language },
      ...(subscription && { webPush: keysOf(subscription) }),
    },
  });
  if (registerDevice.refusal) throw new Error(registerDevice.refusal.message);
}

function keysOf(subscription: PushSubscription): WebPushInput {
  const { keys } = subscription.toJSON();
  return { endpoint: subscription.endpoint, p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' };
}

async function publicKey({ ask }: Asking): Promise<string | null> {
  const { channels } = await ask<BlotterChannelsQuery>(BlotterChannelsDocument);
  return channels.find(({ channel }) => channel === 'PUSH')?.webPushPublicKey ?? null;
}

export async function readPushState(asking: Asking): Promise<PushState> {
  if (!isSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  if ((await publicKey(asking)) === null) return 'unconfigured';
  return Notification.permission === 'granted' && (await subscriptionNow()) ? 'on' : 'off';
}

/**
 * Asks the reader for the permission, which browsers allow on a press alone, and subscribes.
 * @throws with the browser's reason
 */
export async function switchPushOn(asking: Asking): Promise<PushState> {
  const permission = await Notification.requestPermission();
  const key = await publicKey(asking);
  if (permission === 'granted' && key !== null) {
    const { pushManager } = await navigator.serviceWorker.ready;
    await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }
  await registerBrowser(asking);
  return readPushState(asking);
}

export async function switchPushOff(asking: Asking): Promise<PushState> {
  await (await subscriptionNow())?.unsubscribe();
  await registerBrowser(asking);
  return readPushState(asking);
}

/** At sign-out: what is pushed to this user is not for who comes next, also when the service can't be told. */
export async function forgetBrowser({ ask }: Asking): Promise<void> {
  try {
    await ask(BlotterRemoveDeviceDocument as DocumentNode, { input: { installation: installation() } });
  } catch {
    await (await subscriptionNow())?.unsubscribe();
  }
}

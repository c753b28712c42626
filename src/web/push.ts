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
import { base64url, isSameKey } from './push-key.ts';
import { keepPushWish, pushWish } from './push-wish.ts';

/** Whether this browser gets pushes, or why not. */
export type PushState = 'on' | 'off' | 'denied' | 'unsupported' | 'unconfigured';

/** Who looks, and how the service is asked for them. */
export interface Viewer {
  readonly userId: string;
  readonly client: Pick<Fillstream, 'ask'>;
}

const PERMISSION: Readonly<Record<NotificationPermission, PushPermission>> = {
  granted: 'GRANTED',
  denied: 'DENIED',
  default: 'PROMPT',
};

const isSupported = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function pushManagerNow(): Promise<PushManager | null> {
  return isSupported() ? ((await navigator.serviceWorker.getRegistration())?.pushManager ?? null) : null;
}

const subscriptionNow = async (): Promise<PushSubscription | null> =>
  (await (await pushManagerNow())?.getSubscription()) ?? null;

/**
 * Tells the service of this browser as it is now: at each start, for its subscription may have been replaced.
 * @returns whether the service advises to ask the reader for the permission
 */
export async function registerBrowser(viewer: Viewer): Promise<boolean> {
  // Somebody else may have asked for it here.
  const subscription = pushWish(viewer.userId) === 'on' ? await subscriptionNow() : null;
  const permission = isSupported() ? PERMISSION[Notification.permission] : 'DENIED';
  const { registerDevice } = await viewer.client.ask<BlotterRegisterDeviceMutation>(BlotterRegisterDeviceDocument, {
    input: {
      ...{ installation: installation(), platform: 'WEB', permission, locale: navigator.language },
      ...(subscription && { webPush: keysOf(subscription) }),
    },
  });
  if (registerDevice.refusal) throw new Error(registerDevice.refusal.message);
  return registerDevice.promptForPush;
}

/**
 * Subscribes anew, and tells the service, where the subscription was lost or is for a key that the service no longer has. The
 * permission is there, so that nobody need be asked. A push service that is away keeps it waiting: who has left by then, as `leaving`
 * says, is not registered again.
 */
export async function mendSubscription(viewer: Viewer, leaving: AbortSignal): Promise<void> {
  const pushManager = await pushManagerNow();
  if (!pushManager || Notification.permission !== 'granted' || pushWish(viewer.userId) !== 'on') return;
  const [held, key] = [await pushManager.getSubscription(), await publicKey(viewer.client)];
  // A service that has no web push now may have it again, and with the key that it had.
  if (key === null || (held && isFor(held, key))) return;
  await subscribe(pushManager, key);
  if (!leaving.aborted) await registerBrowser(viewer);
}

/** A browser has one subscription, and refuses another one while it has one for another key. */
async function subscribe(pushManager: PushManager, key: string): Promise<PushSubscription> {
  const held = await pushManager.getSubscription();
  if (held && !isFor(held, key)) await held.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: base64url(key) });
}

const isFor = ({ options }: PushSubscription, key: string): boolean => isSameKey(options.applicationServerKey, key);

function keysOf(subscription: PushSubscription): WebPushInput {
  const { keys } = subscription.toJSON();
  return { endpoint: subscription.endpoint, p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' };
}

async function publicKey({ ask }: Viewer['client']): Promise<string | null> {
  const { channels } = await ask<BlotterChannelsQuery>(BlotterChannelsDocument);
  return channels.find(({ channel }) => channel === 'PUSH')?.webPushPublicKey ?? null;
}

export async function readPushState({ client, userId }: Viewer): Promise<PushState> {
  if (!isSupported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  const key = await publicKey(client);
  if (key === null) return 'unconfigured';
  const held = await subscriptionNow();
  const isOn = Notification.permission === 'granted' && held !== null && isFor(held, key);
  return isOn && pushWish(userId) === 'on' ? 'on' : 'off';
}

/**
 * Asks the reader for the permission, which browsers allow on a press alone, and subscribes.
 * @throws with the browser's reason
 */
export async function switchPushOn(viewer: Viewer): Promise<PushState> {
  const permission = await Notification.requestPermission();
  const key = await publicKey(viewer.client);
  if (permission === 'granted' && key !== null) {
    await subscribe((await navigator.serviceWorker.ready).pushManager, key);
    keepPushWish(viewer.userId, 'on');
  }
  await registerBrowser(viewer);
  return readPushState(viewer);
}

export async function switchPushOff(viewer: Viewer): Promise<PushState> {
  keepPushWish(viewer.userId, 'off');
  await (await subscriptionNow())?.unsubscribe();
  await registerBrowser(viewer);
  return readPushState(viewer);
}

/** At sign-out: what is pushed to this user is not for who comes next, also when the service can't be told. */
export async function forgetBrowser({ ask }: Viewer['client']): Promise<void> {
  try {
    await ask(BlotterRemoveDeviceDocument as DocumentNode, { input: { installation: installation() } });
  } catch {
    await (await subscriptionNow())?.unsubscribe();
  }
}

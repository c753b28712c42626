import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { gone, isLater, jsonOf, later, laterHere, refused, sent, unlessUnsent, waitOf } from './answer.ts';
import type { ChannelPort, Message, Outcome, Target } from './channel.ts';
import { fitted, withinBytes } from './fit.ts';
import { NoToken, openGoogleToken } from './google-token.ts';
import { type HttpAnswer, NotSent, openHttp } from './http.ts';
import { apnsHeadersOf, appDataOf, apsOf, tagOf, ttlSecondsOf } from './payload.ts';
import type { FcmSettings } from './settings.ts';

/** FCM's bound is 4,096 bytes of keys and values; the rest of our JSON counts as well here. */
const MESSAGE_BYTES_MAX = 4_000;
/** As FCM asks where its 429 says nothing (firebase.google.com/docs/cloud-messaging/scale-fcm). */
const OVER_QUOTA_MS = 60_000;

const fault = z.object({
  error: z.object({
    status: z.string().optional(),
    details: z.array(z.object({ errorCode: z.string().optional() })).optional(),
  }),
});
const taken = z.object({ name: z.string() });

type FcmTarget = Extract<Target, { kind: 'FCM' }>;

export interface FcmOptions extends FcmSettings {
  readonly clock: Clock;
}

/** Firebase Cloud Messaging, HTTP v1. */
export function fcmPort({ url, account, clock }: FcmOptions): ChannelPort<'FCM'> {
  const http = openHttp();
  const token = openGoogleToken(account, { clock, http });
  const path = `${url.replace(/\/+$/, '')}/v1/projects/${encodeURIComponent(account.projectId)}/messages:send`;
  return {
    kind: 'FCM',
    // The same tag: shown once (AndroidNotification.tag).
    idempotent: true,
    send: (message, target, signal) =>
      unlessUnsent(async () => {
        const body = bodyOf(message, target, clock.now());
        if (body === null) return refused('it is too long for FCM');
        const access = await token.read().catch(unsent);
        const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
        const answer = await http.post({ url: path, headers, body }, signal);
        if (answer.status === 401) token.forget(access);
        return outcomeOf(answer, clock);
      }).catch((error: unknown) => {
        if (error instanceof NoToken) return later(error.message, waitOf(error.answer, clock));
        throw error;
      }),
    close: () => http.close(),
  };
}

/** Whatever becomes of the grant, the message itself has not left. */
function unsent(error: unknown): never {
  if (error instanceof NoToken || error instanceof NotSent) throw error;
  throw new NotSent(error instanceof Error ? `our grant got ${error.message}` : 'our grant failed');
}

function bodyOf(message: Message, { token }: FcmTarget, now: Date): string | null {
  return fitted(message.body, {
    write: (body) => JSON.stringify({ message: { token, ...contentOf(message, body, now) } }),
    fits: withinBytes(MESSAGE_BYTES_MAX + token.length),
  });
}

/**
 * projects.messages of FCM's HTTP v1 reference. The tag alone has one take the place of another: of messages with a collapse_key
 * FCM keeps those of four keys for a phone that is away, and a trader has more orders than that.
 */
function contentOf(message: Message, body: string, now: Date): object {
  const { title, quiet, priority, category, unreadCount } = message;
  const tag = tagOf(message);
  return {
    notification: { title, body },
    data: appDataOf(message),
    android: {
      priority: priority === 'HIGH' && !quiet ? 'HIGH' : 'NORMAL',
      ttl: `${ttlSecondsOf(message, now)}s`,
      notification: {
        ...{ tag, event_time: message.createdAt.toISOString(), notification_count: unreadCount },
        // The app's channels: on Android it is they that make a sound. One that it lacks is its default channel.
        channel_id: quiet ? 'quiet' : category.toLowerCase(),
        notification_priority: quiet ? 'PRIORITY_LOW' : PRIORITY[priority],
      },
    },
    apns: { headers: apnsHeadersOf(message, now), payload: { aps: apsOf(message) } },
  };
}

const PRIORITY = {
  HIGH: 'PRIORITY_HIGH',
  NORMAL: 'PRIORITY_DEFAULT',
  LOW: 'PRIORITY_LOW',
} as const satisfies Record<Message['priority'], string>;

function outcomeOf(answer: HttpAnswer, clock: Clock): Outcome {
  const { status, text } = answer;
  if (status === 200) return sent(taken.safeParse(jsonOf(text)).data?.name ?? null);
  const { error } = fault.safeParse(jsonOf(text)).data ?? {};
  const code = error?.details?.find(({ errorCode }) => errorCode !== undefined)?.errorCode ?? error?.status ?? null;
  const what = `FCM answered ${status}${code === null ? '' : ` ${code.slice(0, 60)}`}`;
  // A 404 that is not Google's comes of a wrong address of ours, and says nothing of the token.
  if (status === 404) return code === 'UNREGISTERED' || code === 'NOT_FOUND' ? gone(what) : later(what);
  // The token belongs to another project; or the app's key for APNs is missing at Google.
  if (code === 'SENDER_ID_MISMATCH' || code === 'THIRD_PARTY_AUTH_ERROR') return refused(what);
  // One device may be over its own quota: only an explicit wait is for all.
  if (status === 429 && waitOf(answer, clock) === null) return laterHere(what, OVER_QUOTA_MS);
  return isLater(answer) ? later(what, waitOf(answer, clock)) : refused(what);
}

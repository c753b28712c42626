import webPush, { type RequestDetails, type Urgency } from 'web-push';
import type { Clock } from '../../kernel/clock.ts';
import { gone, isLater, later, refused, sent, unlessUnsent, waitOf } from './answer.ts';
import type { ChannelPort, Message, Outcome, Target } from './channel.ts';
import { isTrusted, publicLookup, pushEndpointFault } from './destination.ts';
import { fitted, withinBytes } from './fit.ts';
import { type HttpAnswer, openHttp } from './http.ts';
import { appDataOf, tagOf, ttlSecondsOf } from './payload.ts';
import type { WebPushSettings } from './settings.ts';

/** Push services must take 4,096 bytes (RFC 8030, 7.2), of which encryption in one record takes 103 (RFC 8188, 2.1). */
export const PAYLOAD_BYTES_MAX = 3_993;

/** What our service worker is given: `registration.showNotification(title, options)` shows it. */
export interface WebPushPayload {
  readonly title: string;
  readonly options: {
    readonly body: string;
    readonly lang: string;
    readonly dir: 'ltr' | 'rtl';
    readonly tag: string;
    /** One that takes the place of another makes itself heard, unless it is quiet. */
    readonly renotify: boolean;
    readonly silent: boolean;
    readonly requireInteraction: boolean;
    readonly timestamp: number;
    /** `notificationId`, `type`, `category` and, where it is about one, `orderId`: Relay ids. */
    readonly data: Readonly<Record<string, string>>;
  };
  /** For the badge of the app. */
  readonly unreadCount: number;
}

type WebPushTarget = Extract<Target, { kind: 'WEB_PUSH' }>;

export interface WebPushOptions {
  readonly settings: WebPushSettings;
  readonly clock: Clock;
  readonly lookup?: Parameters<typeof publicLookup>[0];
  readonly ca?: string | undefined;
}

/** Web Push (RFC 8030, 8291, 8292), whoever runs the push service of the browser. */
export function webPushPort(options: WebPushOptions): ChannelPort<'WEB_PUSH'> {
  const { settings, clock, lookup, ca } = options;
  const { origins } = settings;
  const http = { trusted: openHttp({ ca }), others: openHttp({ ca, lookup: publicLookup(lookup) }) };
  return {
    kind: 'WEB_PUSH',
    // The same tag: shown once (Notifications API), and one that waits for the device is replaced (Topic, RFC 8030, 5.4).
    idempotent: true,
    send: async (message, target, signal) => {
      const fault = pushEndpointFault(target.endpoint, origins);
      if (fault !== null) return refused(`the endpoint: ${fault}`);
      const payload = payloadOf(message);
      if (payload === null) return refused('it is too long for a push service');
      const request = requestOf(message, { ...target, payload }, options);
      if (!request) return gone('the keys of the subscription are none');
      const { endpoint: url, headers, body } = request;
      const { post } = isTrusted(url, origins) ? http.trusted : http.others;
      return unlessUnsent(async () => outcomeOf(await post({ url, headers, body }, signal), clock));
    },
    close: () => {
      http.trusted.close();
      http.others.close();
    },
  };
}

/** Null where the subscription's keys are no keys. */
function requestOf(
  message: Message,
  { endpoint, p256dh, auth, payload }: WebPushTarget & { readonly payload: string },
  { clock, settings }: Pick<WebPushOptions, 'clock' | 'settings'>,
): (RequestDetails & { body: Buffer }) | null {
  const subscription = { endpoint, keys: { p256dh, auth } };
  try {
    return webPush.generateRequestDetails(subscription, payload, {
      vapidDetails: { ...settings.keys, subject: settings.subject },
      TTL: ttlSecondsOf(message, clock.now()),
      urgency: urgencyOf(message),
      topic: tagOf(message),
    });
  } catch {
    return null;
  }
}

const payloadOf = (message: Message): string | null =>
  fitted(message.body, {
    write: (body) => JSON.stringify(shownAs(message, body)),
    fits: withinBytes(PAYLOAD_BYTES_MAX),
  });

const shownAs = (message: Message, body: string): WebPushPayload => ({
  title: message.title,
  options: {
    ...{ body, lang: message.locale, dir: message.direction, tag: tagOf(message) },
    ...{ renotify: !message.quiet, silent: message.quiet, requireInteraction: message.critical && !message.quiet },
    timestamp: message.createdAt.getTime(),
    data: appDataOf(message),
  },
  unreadCount: message.unreadCount,
});

const URGENCY = { HIGH: 'high', NORMAL: 'normal', LOW: 'low' } as const satisfies Record<Message['priority'], Urgency>;
const urgencyOf = ({ quiet, priority }: Message): Urgency => (quiet ? 'low' : URGENCY[priority]);

function outcomeOf(answer: HttpAnswer, clock: Clock): Outcome {
  const { status, headers } = answer;
  const text = `the push service answered ${status}`;
  if (status >= 200 && status < 300) return sent(headers.location ?? null);
  if (status === 404 || status === 410) return gone(text);
  // A subscription that was made with another key of ours: its own fault, not that of the push service.
  if (status === 401 || status === 403) return refused(text);
  return isLater(answer) ? later(text, waitOf(answer, clock)) : refused(text);
}

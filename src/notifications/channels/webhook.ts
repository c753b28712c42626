import { Webhook } from 'standardwebhooks';
import { type Clock, withinTime } from '../../kernel/clock.ts';
import { globalId } from '../../kernel/global-id.ts';
import { shorterDigest } from '../digest-data.ts';
import { gone, later, refused, sent, unlessUnsent, waitOf } from './answer.ts';
import type { ChannelPort, Message, Outcome } from './channel.ts';
import { isTrusted, publicLookup, webhookFault } from './destination.ts';
import { type HttpAnswer, openHttp } from './http.ts';
import type { WebhookSettings } from './settings.ts';

/** Standard Webhooks asks for less than 20 kB. */
const BODY_BYTES_MAX = 20_000;
const SEND_MS_MAX = 5_000;
/** What no second try would mend. */
const FINAL = [400, 405, 411, 413, 414, 415, 422];

export interface WebhookOptions extends WebhookSettings {
  readonly clock: Clock;
  readonly lookup?: Parameters<typeof publicLookup>[0];
  readonly ca?: string | undefined;
  readonly sendMsMax?: number;
}

/** To an address of the user's own, signed as Standard Webhooks says (standardwebhooks.com). */
export function webhookPort({
  origins,
  clock,
  lookup,
  ca,
  sendMsMax = SEND_MS_MAX,
}: WebhookOptions): ChannelPort<'WEBHOOK'> {
  const http = {
    trusted: openHttp({ ca, keepAlive: false }),
    others: openHttp({ ca, keepAlive: false, lookup: publicLookup(lookup) }),
  };
  return {
    kind: 'WEBHOOK',
    // The same webhook-id: its receiver knows that it has it.
    idempotent: true,
    send: async (message, { url, secret }, signal) => {
      const fault = webhookFault(url, origins);
      if (fault !== null) return refused(`the address: ${fault}`);
      const body = bodyOf(message);
      if (body === null) return refused('it is too long for a webhook');
      const headers = headersOf({ id: message.id, body, secret, now: clock.now() });
      if (!headers) return refused('the secret is none of Standard Webhooks');
      const { post } = isTrusted(url, origins) ? http.trusted : http.others;
      const limited = withinTime(sendMsMax, signal);
      return unlessUnsent(async () => outcomeOf(await post({ url, headers, body }, limited), clock));
    },
    close: () => {
      http.trusted.close();
      http.others.close();
    },
  };
}

interface Signed {
  readonly id: string;
  readonly body: string;
  readonly secret: string;
  readonly now: Date;
}

function headersOf({ id, body, secret, now }: Signed): Record<string, string> | null {
  let signature: string;
  try {
    signature = new Webhook(secret).sign(id, now, body);
  } catch {
    return null;
  }
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Fillstream',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': signature,
  };
}

/** Of a digest as many as fit; null: too long. */
function bodyOf(message: Message): string | null {
  const body = JSON.stringify(contentOf(message));
  if (Buffer.byteLength(body) <= BODY_BYTES_MAX) return body;
  const data = shorterDigest(message.data);
  return data && bodyOf({ ...message, data });
}

/** The names and values of the GraphQL type `Notification`, and the facts of it in `facts`. */
const contentOf = (message: Message): object => ({
  type: 'notification.received',
  timestamp: message.createdAt.toISOString(),
  data: {
    id: globalId('Notification', message.id),
    ...{ type: message.type, category: message.category, priority: message.priority, critical: message.critical },
    ...{ title: message.title, body: message.body, locale: message.locale },
    ...{ orderId: message.orderId, symbol: message.symbol, strategy: message.strategy },
    occurredAt: message.occurredAt.toISOString(),
    createdAt: message.createdAt.toISOString(),
    expiresAt: message.expiresAt.toISOString(),
    facts: message.data,
  },
});

/** 410 asks us to stop. Whatever else a receiver answers may be different once it is mended. */
function outcomeOf(answer: HttpAnswer, clock: Clock): Outcome {
  const { status } = answer;
  const text = `the receiver answered ${status}`;
  if (status >= 200 && status < 300) return sent(null);
  if (status === 410) return gone(text);
  // A redirect could lead anywhere, and is not followed.
  return status < 400 || FINAL.includes(status) ? refused(text) : later(text, waitOf(answer, clock));
}

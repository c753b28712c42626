import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChannelPort, ChannelPorts, Outcome, TargetKind } from '../../src/notifications/channels/channel.ts';

/** What a provider was sent. */
export interface Received {
  readonly kind: string;
  readonly id: string;
  /** The address: a token, a phone, ... */
  readonly to: string;
  readonly quiet: boolean;
  readonly title: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface Provider {
  readonly url: string;
  /** In the order of their arrival. */
  readonly received: Received[];
  /** What the next requests are answered; null: nothing, for as long as the client waits. */
  answer: (request: Received) => Answer | null | Promise<Answer>;
  close(): Promise<void>;
}

const OK: Answer = { status: 200, body: { providerId: 'p' } };

/** A provider of messages: a real HTTP server, whose answers the test gives. */
export async function openProvider(): Promise<Provider> {
  const provider: Omit<Provider, 'url' | 'close'> = { received: [], answer: () => OK };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.once('end', () => {
      const received = { kind: (request.url ?? '').slice(1), ...(JSON.parse(text) as Omit<Received, 'kind'>) };
      provider.received.push(received);
      void Promise.resolve(provider.answer(received)).then((answer) => give(response, answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(provider, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function give(response: ServerResponse, answer: Answer | null): void {
  if (answer) response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? {}));
}

/** How often the provider was sent each message for each address. */
export function sends({ received }: Provider, kind?: TargetKind): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of received) {
    if (kind !== undefined && one.kind !== kind) continue;
    const name = `${one.kind} ${one.id} ${one.to}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

interface PortOptions {
  readonly idempotent?: boolean;
  /** Called before the request leaves, and after its answer has come. */
  readonly before?: () => void;
  readonly after?: () => void;
}

/** Speaks to such a provider, as the ports of the product do to theirs. */
export function httpPort<K extends TargetKind>(kind: K, url: string, options: PortOptions = {}): ChannelPort<K> {
  return {
    kind,
    idempotent: options.idempotent ?? false,
    async send({ id, quiet, title }, target, signal) {
      options.before?.();
      const body = JSON.stringify({ id, to: addressOf(target), quiet, title });
      const response = await fetch(`${url}/${kind}`, { method: 'POST', body, signal });
      const answer = (await response.json()) as { providerId?: string; deadSince?: string };
      options.after?.();
      return outcomeOf(response, answer);
    },
    close: () => Promise.resolve(),
  };
}

function outcomeOf({ status, headers }: Response, answer: { providerId?: string; deadSince?: string }): Outcome {
  const text = `status ${status}`;
  const retryAfter = headers.get('retry-after');
  if (status < 300) return { status: 'sent', providerId: answer.providerId ?? null };
  if (status === 429 || status >= 500)
    return { status: 'later', text, retryAfterMs: retryAfter === null ? null : Number(retryAfter) * 1_000 };
  if (status === 410)
    return { status: 'gone', text, deadSince: answer.deadSince === undefined ? null : new Date(answer.deadSince) };
  return { status: 'refused', text };
}

function addressOf(target: object): string {
  const { token, endpoint, address, phone, url } = target as Record<string, string | undefined>;
  return token ?? endpoint ?? address ?? phone ?? url ?? '';
}

/** FCM and SMS at this provider: a push to devices, and a channel with one address. */
export const portsAt = (url: string, options: PortOptions = {}): ChannelPorts => ({
  FCM: httpPort('FCM', url, { ...options, idempotent: true }),
  SMS: httpPort('SMS', url, options),
});

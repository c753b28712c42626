import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export const SECRET = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`;

export type Report = Readonly<Record<string, string | undefined>>;

export interface Try {
  readonly id: string;
  readonly body: string;
  readonly report: Report;
  /** What the receiver answered. */
  readonly status: number;
}

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Every request that came, in order. Its signature was right, or the receiver would have answered 401. */
  readonly tries: readonly Try[];
  /** The reports that were answered with 200, in order. */
  accepted(): readonly Report[];
  /** Resolves once the condition holds; looked at after every request. */
  when(condition: () => boolean): Promise<void>;
}

/** A service's webhook, in small: it checks signatures and answers what `answer` says, 200 unless told. */
export async function openReceiver(
  answer: (attempt: { readonly n: number; readonly report: Report; readonly tried: number }) => number = () => 200,
): Promise<Receiver> {
  const tries: Try[] = [];
  const waiting = new Set<() => void>();
  const webhook = new Webhook(SECRET);
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const id = String(request.headers['webhook-id']);
      let status = 401;
      let report: Report = {};
      try {
        webhook.verify(body, request.headers as Record<string, string>);
        report = (JSON.parse(body) as { data: Report }).data;
        status = answer({ n: tries.length, report, tried: tries.filter((each) => each.id === id).length });
      } finally {
        tries.push({ id, body, report, status });
        response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {}).end('{}');
        for (const look of waiting) look();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/paper`,
    tries,
    accepted: () => tries.filter(({ status }) => status === 200).map(({ report }) => report),
    when: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

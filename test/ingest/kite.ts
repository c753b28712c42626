import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const API_SECRET = 'the-api-secret-of-the-tests';
export const KITE_USER = 'AB1234';
const CREDENTIALS = 'key:token';

export type KiteOrder = Readonly<Record<string, unknown>> & { readonly order_id: string };

/** An order as Kite Connect gives it: bought 10 SBIN at 470, all of it filled. */
export const kiteOrder = (id: string, more: object = {}): KiteOrder => ({
  ...{ order_id: id, status: 'COMPLETE', exchange: 'NSE', tradingsymbol: 'SBIN', transaction_type: 'BUY' },
  ...{ order_type: 'LIMIT', validity: 'DAY', quantity: 10, price: 470, trigger_price: 0, average_price: 470 },
  ...{ filled_quantity: 10, pending_quantity: 0, order_timestamp: '2026-01-30 10:00:00', placed_by: KITE_USER },
  ...more,
});

/** A postback with the checksum that Zerodha would give it, which covers the order's id and time alone. */
export function postbackOf(order: KiteOrder, more: object = {}): string {
  const covered = `${order.order_id}${String(order['order_timestamp'])}${API_SECRET}`;
  const checksum = createHash('sha256').update(covered).digest('hex');
  return JSON.stringify({ user_id: KITE_USER, ...order, checksum, ...more });
}

export interface Kite {
  readonly url: string;
  /** What the environment of a service says of it. */
  readonly env: Record<string, string>;
  /** The histories of the orders that it knows. */
  readonly orders: Map<string, readonly KiteOrder[]>;
  /** The paths it was asked for, those without its headers as `refused`. */
  readonly asked: string[];
  /** Answers with this status instead, or not at all. */
  mode: 'up' | 'silent' | 403 | 429 | 500;
  /** How many requests it had open at once at most. */
  openMax: number;
  close(): Promise<void>;
}

/** Kite Connect v3, of one user's session: `GET /user/profile` and `GET /orders/:order_id`. */
export async function openKite(): Promise<Kite> {
  let open = 0;
  const server = createServer((request, response) => {
    open += 1;
    response.once('close', () => (open -= 1));
    kite.openMax = Math.max(kite.openMax, open);
    answer(kite, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kite: Kite = {
    url,
    env: {
      WEBHOOK_SECRET_ZERODHA: API_SECRET,
      ...{ VENUE_URL_ZERODHA: url, VENUE_CREDENTIALS_ZERODHA: CREDENTIALS },
    },
    ...{ orders: new Map(), asked: [], mode: 'up', openMax: 0 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return kite;
}

function answer(kite: Kite, request: IncomingMessage, response: ServerResponse): void {
  const say = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const isOurs = request.headers['x-kite-version'] === '3' && request.headers.authorization === `token ${CREDENTIALS}`;
  kite.asked.push(isOurs && request.method === 'GET' ? (request.url ?? '') : 'refused');
  if (kite.mode === 'silent') return;
  const refuse = (status: number, type: string): void => say(status, { status: 'error', error_type: type });
  const data = kite.orders.get(/^\/orders\/(\w+)$/.exec(request.url ?? '')?.[1] ?? '');
  if (!isOurs || kite.mode === 403) refuse(403, 'TokenException');
  else if (kite.mode !== 'up') refuse(kite.mode, 'NetworkException');
  else if (request.url === '/user/profile') say(200, { status: 'success', data: { user_id: KITE_USER } });
  else if (data) say(200, { status: 'success', data });
  else refuse(404, 'OrderException');
}

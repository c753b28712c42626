import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultOfNew, faultOfPatch } from './schema.ts';

/** A stand-in for Alpaca's Trading API: a small order book behind a real server, strict about what it is sent. */
export interface AlpacaDouble {
  readonly url: string;
  readonly orders: Order[];
  /** Each call, as `METHOD path`. */
  readonly calls: string[];
  /** Calls that Alpaca's documentation does not allow: a test expects none. */
  readonly violations: string[];
  readonly settings: Settings;
  /** What happens to the next calls of this method, one after the other. */
  plan(method: string, ...faults: readonly Fault[]): void;
  /** The order of this client_order_id; throws where there is none, or two. */
  order(clientOrderId: string): Order;
  /** How many calls were given up before they were answered. */
  abandoned(): number;
  /** Ends the calls that hang. */
  release(): void;
  close(): Promise<void>;
}

export interface Settings {
  /** The status that a new order gets. */
  status: string;
  headers: Record<string, string>;
  /** Every new order hangs: it is taken, and its answer does not come until `release`. */
  hangs: boolean;
}

export type Fault =
  /** The call is taken and its answer is lost. */
  | 'cut after'
  /** The connection is cut before anything is taken. */
  | 'cut before'
  /** The call is taken; its answer does not come until `release`. */
  | 'hang after'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> };

export interface Order {
  id: string;
  client_order_id: string;
  status: string;
  symbol: string;
  asset_class: string;
  side: string;
  type: string;
  time_in_force: string;
  qty: string | null;
  notional: string | null;
  limit_price: string | null;
  stop_price: string | null;
  position_intent?: string;
  filled_qty: string;
  filled_avg_price: string | null;
  replaces: string | null;
  replaced_by: string | null;
  created_at: string;
  submitted_at: string;
  updated_at: string;
  canceled_at: string | null;
}

export const KEY = { keyId: 'PKTESTKEY', secret: 'a-secret-that-must-not-be-logged' } as const;
export const ACCOUNT = { id: '1d9eed04-be39-4e01-9b84-a48ac5bbafcf', account_number: 'PALPACA_123' };

type Body = Record<string, string>;
interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

const refusal = (status: number, code: number, message: string): Reply => ({ status, body: { code, message } });
const FINAL = ['filled', 'canceled', 'expired', 'rejected', 'replaced'];
const UNREPLACEABLE = [...FINAL, 'accepted', 'pending_new', 'pending_cancel', 'pending_replace'];

export async function openAlpacaDouble(): Promise<AlpacaDouble> {
  const [orders, calls, violations]: [Order[], string[], string[]] = [[], [], []];
  const plans = new Map<string, Fault[]>();
  const settings: Settings = { status: 'new', headers: {}, hangs: false };
  let abandoned = 0;
  const hanging = new Set<() => void>();
  const book = { orders, violations, settings };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls.push(`${method} ${url}`);
    response.once('close', () => (abandoned += response.writableEnded ? 0 : 1));
    const fault = plans.get(method)?.shift() ?? (settings.hangs && method === 'POST' ? 'hang after' : undefined);
    if (fault === 'cut before') return void request.socket.destroy();
    if (typeof fault === 'object') {
      answer(response, { ...fault, headers: { ...settings.headers, ...fault.headers } });
      return;
    }
    const reply = isKeyed(request) ? handle(book, `${method} ${url}`, Buffer.concat(chunks).toString()) : UNAUTHORIZED;
    if (fault === 'cut after') return void request.socket.destroy();
    if (fault === 'hang after') await new Promise<void>((resolve) => hanging.add(resolve));
    answer(response, { ...reply, headers: settings.headers });
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const release = (): void => {
    for (const resolve of hanging) resolve();
    hanging.clear();
  };
  return {
    ...{ url: `http://127.0.0.1:${port}`, orders, calls, violations, settings, release, abandoned: () => abandoned },
    plan: (method, ...faults) => void plans.set(method, [...(plans.get(method) ?? []), ...faults]),
    order(clientOrderId) {
      const found = orders.filter((order) => order.client_order_id === clientOrderId);
      if (found.length !== 1) throw new Error(`${found.length} orders of ${clientOrderId}`);
      return found[0]!;
    },
    close: async () => {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  response: ServerResponse,
  { status, body, headers }: Reply & { headers?: Record<string, string> },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const UNAUTHORIZED = refusal(401, 40110000, 'request is not authorized');
const isKeyed = ({ headers }: IncomingMessage): boolean =>
  headers['apca-api-key-id'] === KEY.keyId && headers['apca-api-secret-key'] === KEY.secret;

type Book = Pick<AlpacaDouble, 'orders' | 'violations' | 'settings'>;

function handle(book: Book, call: string, text: string): Reply {
  const [method = '', url = ''] = call.split(' ');
  const { pathname, searchParams } = new URL(url, 'http://double');
  const id = /^\/v2\/orders\/([\w-]+)$/.exec(pathname)?.[1];
  const order = book.orders.find((each) => each.id === id);
  if (call === 'GET /v2/account') return { status: 200, body: ACCOUNT };
  if (call === 'POST /v2/orders') return post(book, text);
  if (method === 'GET' && pathname === '/v2/orders:by_client_order_id') {
    const found = book.orders.find((each) => each.client_order_id === searchParams.get('client_order_id'));
    return found ? { status: 200, body: found } : refusal(404, 40410000, 'order not found');
  }
  if (id === undefined) {
    book.violations.push(`there is no ${call}`);
    return { status: 404, body: { message: 'endpoint not found.' } };
  }
  if (!order) return refusal(404, 40410000, `order not found for ${id}`);
  if (method === 'GET') return { status: 200, body: order };
  return method === 'PATCH' ? patch(book, order, text) : remove(order);
}

function bodyOf(book: Book, text: string, faultOf: (body: Body) => string | null): Body | Reply {
  const body = JSON.parse(text) as Body;
  const fault = faultOf(body);
  if (fault === null) return body;
  book.violations.push(fault);
  return refusal(422, 40010001, fault);
}

const isReply = (body: Body | Reply): body is Reply => typeof body['status'] === 'number';
const DUPLICATE = refusal(422, 40010001, 'client_order_id must be unique');

function post(book: Book, text: string): Reply {
  const body = bodyOf(book, text, faultOfNew);
  if (isReply(body)) return body;
  if (book.orders.some((each) => each.client_order_id === body['client_order_id'])) return DUPLICATE;
  const { position_intent: intent } = body;
  const order = orderOf(body, {
    status: book.settings.status,
    ...(intent !== undefined && { position_intent: intent }),
  });
  book.orders.push(order);
  return { status: 200, body: order };
}

function patch(book: Book, before: Order, text: string): Reply {
  const body = bodyOf(book, text, faultOfPatch);
  if (isReply(body)) return body;
  if (UNREPLACEABLE.includes(before.status))
    return refusal(422, 42210000, `cannot replace order in ${before.status} status`);
  if (book.orders.some((each) => each.client_order_id === body['client_order_id'])) return DUPLICATE;
  if (before.limit_price !== null && body['limit_price'] === undefined) book.violations.push('limit_price is required');
  if (before.stop_price !== null && body['stop_price'] === undefined) book.violations.push('stop_price is required');
  if (Number(body['qty'] ?? before.qty) <= Number(before.filled_qty))
    return refusal(422, 42210000, 'qty must be > filled_qty');
  const status = book.settings.status;
  const { filled_qty: filledQty, filled_avg_price: price } = before;
  const after = orderOf({ ...textsOf(before), ...body }, { status, replaces: before.id });
  Object.assign(after, { filled_qty: filledQty, filled_avg_price: price });
  Object.assign(before, { status: 'replaced', replaced_by: after.id });
  book.orders.push(after);
  return { status: 200, body: after };
}

const textsOf = (order: Order): Body =>
  Object.fromEntries(Object.entries(order).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

function orderOf(body: Body, more: Partial<Order>): Order {
  const now = new Date().toISOString();
  return {
    ...{ id: randomUUID(), client_order_id: body['client_order_id'] ?? randomUUID() },
    ...{ symbol: body['symbol'] ?? '', side: body['side'] ?? '', type: body['type'] ?? '' },
    ...{ asset_class: (body['symbol'] ?? '').includes('/') ? 'crypto' : 'us_equity' },
    ...{ time_in_force: body['time_in_force'] ?? '', qty: body['qty'] ?? null, notional: body['notional'] ?? null },
    ...{ limit_price: body['limit_price'] ?? null, stop_price: body['stop_price'] ?? null },
    ...{ filled_qty: '0', filled_avg_price: null, replaces: null, replaced_by: null, status: 'new' },
    ...{ created_at: now, submitted_at: now, updated_at: now, canceled_at: null },
    ...more,
  };
}

function remove(order: Order): Reply {
  if (FINAL.includes(order.status)) return refusal(422, 42210000, `order is already in "${order.status}" state`);
  if (order.status === 'pending_replace') return refusal(422, 42210000, 'order is pending replacement');
  const now = new Date().toISOString();
  Object.assign(order, { status: 'canceled', canceled_at: now, updated_at: now });
  return { status: 204 };
}

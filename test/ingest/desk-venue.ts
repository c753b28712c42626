import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Chance } from '../simulation/chance.ts';

/** What the venue says of one execution: a message of Kraken's channel `executions`. */
export type Frame = Readonly<Record<string, unknown>>;

/** A message that the venue has to send, and whether it is lost on the way. */
export interface Message {
  readonly orderId: string;
  readonly kind: 'new' | 'trade' | 'canceled';
  readonly frame: Frame;
}

/** An order as the venue has it. Quantities are whole, prices in cents. */
export interface BookedOrder {
  readonly id: string;
  readonly quantity: number;
  readonly cumQty: number;
  readonly cumCents: number;
  readonly status: 'new' | 'partially_filled' | 'filled' | 'canceled';
  readonly messages: readonly Message[];
}

interface BookOptions {
  readonly chance: Chance;
  readonly orders: number;
  /** False: the trades have no ids, and the venue lists none. */
  readonly hasExecIds: boolean;
}

const START_MS = Date.UTC(2026, 0, 30, 15);
const frameOf = (data: object): Frame => ({ channel: 'executions', type: 'update', data: [data] });
const price = (cents: number): number => cents / 100;

/** Orders with their lives: each is accepted, filled in parts, and then filled, canceled or still open. */
export function openBook({ chance, orders, hasExecIds }: BookOptions): readonly BookedOrder[] {
  return Array.from({ length: orders }, (_, at) => lifeOf(`O-${at}`, { chance, orders, hasExecIds }));
}

function lifeOf(id: string, { chance, hasExecIds }: BookOptions): BookedOrder {
  const quantity = chance.int(40, 200);
  const partsMax = chance.int(6, 20);
  const end = chance.pick(['filled', 'canceled', 'open'] as const);
  let [cumQty, cumCents, clock] = [0, 0, START_MS + chance.int(0, 1_000)];
  const messages: Message[] = [];
  const tell = (kind: Message['kind'], data: object): void => {
    clock += 1;
    const timestamp = new Date(clock).toISOString();
    messages.push({ orderId: id, kind, frame: frameOf({ ...data, order_id: id, timestamp, cum_qty: cumQty }) });
  };
  const terms = { symbol: 'BTC/USD', side: 'buy', order_type: 'limit', time_in_force: 'gtc', limit_price: 11 };
  tell('new', { exec_type: 'new', order_status: 'new', order_qty: quantity, ...terms });
  for (let part = 1; part <= partsMax && cumQty < quantity; part++) {
    const isLast = part === partsMax && end === 'filled';
    const qty = isLast ? quantity - cumQty : Math.min(quantity - cumQty, chance.int(1, 12));
    const cents = chance.int(1_000, 1_100);
    [cumQty, cumCents] = [cumQty + qty, cumCents + qty * cents];
    const trade = { exec_type: 'trade', order_status: 'partially_filled', last_qty: qty, last_price: price(cents) };
    const sums = { avg_price: Number((cumCents / cumQty / 100).toFixed(12)) };
    tell('trade', { ...trade, ...sums, ...(hasExecIds && { exec_id: `${id}-T${part}` }) });
  }
  const isFilled = cumQty === quantity;
  if (!isFilled && end === 'canceled') tell('canceled', { exec_type: 'canceled', order_status: 'canceled' });
  const status = isFilled ? 'filled' : end === 'canceled' ? 'canceled' : 'partially_filled';
  return { id, quantity, cumQty, cumCents, status, messages };
}

/** How the order is, as Kraken's snapshots say it. */
function snapshotOf({ id, cumQty, cumCents, status }: BookedOrder): Frame {
  const avg_price = Number((cumCents / cumQty / 100).toFixed(12));
  const data = { order_id: id, exec_type: 'status', order_status: status, cum_qty: cumQty, avg_price };
  return { ...frameOf(data), type: 'snapshot' };
}

export interface DeskVenue {
  readonly url: string;
  /** How often it was asked, and about how many orders at most at a time. */
  readonly asked: { times: number; ordersMax: number };
  close(): Promise<void>;
}

/** The venue's own server: `POST /` with order ids is answered with the messages that it has of each, or null. */
export async function openDeskVenue(book: readonly BookedOrder[], { lists }: { lists: boolean }): Promise<DeskVenue> {
  const byId = new Map(book.map((order) => [order.id, order]));
  const asked = { times: 0, ordersMax: 0 };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const ids = JSON.parse(body) as string[];
      asked.times += 1;
      asked.ordersMax = Math.max(asked.ordersMax, ids.length);
      const answer = ids.map((id) => {
        const order = byId.get(id);
        return order ? [...(lists ? order.messages.map(({ frame }) => frame) : []), snapshotOf(order)] : null;
      });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, asked },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

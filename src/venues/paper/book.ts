import { ZERO } from '../../kernel/decimal.ts';
import { boundedMap, type BoundedMap } from './bounded-map.ts';
import { change, instruct, wake } from './life.ts';
import type { Venue } from './match.ts';
import { closedPhase, type ChangeRequest, type PaperOrder, type PlaceRequest } from './order.ts';
import type { Scenario, TakeUpRequest, Terms } from './order.ts';
import { randomFor } from './random.ts';
import type { Outcome } from './report.ts';

/** How much an exchange keeps. */
export interface BookLimits {
  /** Open orders; above it requests are refused for the time being. */
  readonly openOrdersMax: number;
  /** Closed orders that still answer a repeated or late request; the oldest go first. */
  readonly closedOrdersMax: number;
  /** Scenarios announced for orders that have not come yet; the oldest go first. */
  readonly announcedMax: number;
  /** Requests about one order. */
  readonly requestsPerOrderMax: number;
}

export const BOOK_LIMITS: BookLimits = {
  openOrdersMax: 20_000,
  closedOrdersMax: 10_000,
  announcedMax: 10_000,
  requestsPerOrderMax: 1_000,
};

/** The orders of one run. In memory only; it knows neither time nor network. */
export interface Book {
  readonly venue: Venue;
  readonly limits: BookLimits;
  readonly orders: Map<number, PaperOrder>;
  /** Numbers of the orders that wait for the price. */
  readonly resting: Set<number>;
  readonly closed: Set<number>;
  /** Every clOrdId that came, by account, with its order and what it asked for. */
  readonly requests: Map<string, { readonly number: number; readonly kind: string }>;
  readonly venueOrderIds: Map<string, number>;
  /** Keys of `requests`, by order: they go when the order goes. */
  readonly keys: Map<number, string[]>;
  readonly announced: BoundedMap<Scenario>;
  ordersCount: number;
}

/** What becomes of a request. Only `TAKEN` has a sequel; `REPEATED` was taken before. */
export type Admission =
  | { readonly status: 'TAKEN'; readonly number: number }
  | { readonly status: 'REPEATED' | 'UNKNOWN' | 'FULL' }
  | { readonly status: 'REFUSED'; readonly text: string };

export function openBook(venue: Venue, limits: BookLimits = BOOK_LIMITS): Book {
  return {
    venue,
    limits,
    orders: new Map(),
    resting: new Set(),
    closed: new Set(),
    requests: new Map(),
    venueOrderIds: new Map(),
    keys: new Map(),
    announced: boundedMap(limits.announcedMax),
    ordersCount: 0,
  };
}

/** Takes a new order. It waits to be woken for its acknowledgement. */
export function place(book: Book, request: PlaceRequest): Admission {
  const known = repeated(book, request);
  if (known) return known;
  if (isFull(book)) return { status: 'FULL' };
  return { status: 'TAKEN', number: enter(book, { ...request, venueOrderId: null, accepted: false, ...UNFILLED }) };
}

/** Takes a request to replace or cancel; `applyChange` does it, when its moment has come. */
export function admitChange(book: Book, request: ChangeRequest): Admission {
  const known = repeated(book, request);
  if (known) return known;
  const number =
    book.requests.get(keyOf(request.account, request.origClOrdId))?.number ??
    (request.venueOrderId === null ? undefined : book.venueOrderIds.get(keyOf(request.account, request.venueOrderId)));
  if (number === undefined) return { status: 'UNKNOWN' };
  if ((book.keys.get(number)?.length ?? 0) >= book.limits.requestsPerOrderMax) {
    return { status: 'REFUSED', text: 'too many requests for this order' };
  }
  remember(book, number, request);
  return { status: 'TAKEN', number };
}

/** Null when the order was forgotten meanwhile. */
export function applyChange(book: Book, number: number, request: ChangeRequest): Outcome | null {
  const order = book.orders.get(number);
  return order ? settle(book, change(book.venue, order, request)) : null;
}

/** Acknowledges the order or lets the market take its next step for it. */
export function wakeOrder(book: Book, number: number): Outcome | null {
  const order = book.orders.get(number);
  return order ? settle(book, wake(book.venue, order)) : null;
}

/** Takes up an order of a former run, to be woken next; null when it is known already or filled: then it may be increased. */
export function takeUp(book: Book, request: TakeUpRequest): number | null {
  const { account, clOrdId, venueOrderId, quantity, cumQty } = request;
  if (book.requests.has(keyOf(account, clOrdId))) return null;
  if (venueOrderId !== null && book.venueOrderIds.has(keyOf(account, venueOrderId))) return null;
  if (isFull(book)) return null;
  const number = enter(book, request);
  const order = book.orders.get(number);
  if (!order || !quantity?.lte(cumQty)) return number;
  book.orders.set(number, { ...order, phase: 'FILLED' });
  book.closed.add(number);
  return null;
}

/**
 * Does now what a scenario asks of an open order, and remembers it for an order that is still to come (then there is
 * no outcome). `LATE` when the order is closed, or is acknowledged and should be rejected.
 */
export function applyScenario(
  book: Book,
  target: { readonly account: string | null; readonly clOrdId: string },
  scenario: Scenario,
): { readonly status: 'DONE'; readonly outcome: Outcome | null } | { readonly status: 'LATE' } {
  const order = findByClOrdId(book, target);
  if (!order) {
    book.announced.set(keyOf(target.account, target.clOrdId), scenario);
    return { status: 'DONE', outcome: null };
  }
  const outcome = instruct(book.venue, order, scenario);
  return outcome ? { status: 'DONE', outcome: settle(book, outcome) } : { status: 'LATE' };
}

function settle(book: Book, outcome: Outcome): Outcome {
  const { order } = outcome;
  book.orders.set(order.number, order);
  if (order.phase === 'RESTING') book.resting.add(order.number);
  else book.resting.delete(order.number);
  if (closedPhase(order)) book.closed.add(order.number);
  else book.closed.delete(order.number);
  for (const oldest of book.closed) {
    if (book.closed.size <= book.limits.closedOrdersMax) break;
    forget(book, oldest);
  }
  return outcome;
}

function enter(book: Book, request: Omit<TakeUpRequest, 'kind'>): number {
  const { venue } = book;
  const { account, clOrdId } = request;
  book.ordersCount += 1;
  const number = book.ordersCount;
  const order: PaperOrder = {
    number,
    venueOrderId: request.venueOrderId ?? `P${venue.run}-${number}`,
    clOrdId,
    account,
    terms: termsOf(request),
    phase: request.accepted ? 'WORKING' : 'ARRIVED',
    cumQty: request.cumQty,
    cumAmount: request.cumAmount,
    parts: [],
    amountPx: null,
    triggered: request.cumQty.gt(0),
    anchor: randomFor(venue.seed, 'anchor', clOrdId).int(0, ANCHOR_MAX),
    step: 0,
    reportsCount: 0,
    scenario: book.announced.take(keyOf(account, clOrdId)) ?? book.announced.take(keyOf(null, clOrdId)) ?? null,
  };
  book.orders.set(number, order);
  book.venueOrderIds.set(keyOf(account, order.venueOrderId), number);
  remember(book, number, { kind: 'NEW', account, clOrdId });
  return number;
}

const ANCHOR_MAX = 1_000_000;
const UNFILLED = { cumQty: ZERO, cumAmount: ZERO };

function termsOf(request: Terms): Terms {
  const { symbol, assetClass, side, orderType, timeInForce, quantity, notional, price, stopPx } = request;
  return { symbol, assetClass, side, orderType, timeInForce, quantity, notional, price, stopPx };
}

type AnyRequest = Pick<PlaceRequest | ChangeRequest, 'kind' | 'account' | 'clOrdId'>;

function repeated(book: Book, { account, clOrdId, kind }: AnyRequest): Admission | null {
  const known = book.requests.get(keyOf(account, clOrdId));
  if (!known) return null;
  if (known.kind === kind) return { status: 'REPEATED' };
  return { status: 'REFUSED', text: 'this clOrdId was used for another request' };
}

function remember(book: Book, number: number, { account, clOrdId, kind }: AnyRequest): void {
  const key = keyOf(account, clOrdId);
  book.requests.set(key, { number, kind });
  const keys = book.keys.get(number);
  if (keys) keys.push(key);
  else book.keys.set(number, [key]);
}

function forget(book: Book, number: number): void {
  const order = book.orders.get(number);
  if (order) book.venueOrderIds.delete(keyOf(order.account, order.venueOrderId));
  for (const key of book.keys.get(number) ?? []) book.requests.delete(key);
  book.keys.delete(number);
  book.closed.delete(number);
  book.orders.delete(number);
}

/** Without an account all orders are looked through, newest first: scenarios are rare. */
function findByClOrdId(
  book: Book,
  { account, clOrdId }: { account: string | null; clOrdId: string },
): PaperOrder | null {
  if (account !== null) return book.orders.get(book.requests.get(keyOf(account, clOrdId))?.number ?? 0) ?? null;
  const accounts = new Set([...book.orders.values()].map((order) => order.account));
  const numbers = [...accounts].map((each) => book.requests.get(keyOf(each, clOrdId))?.number ?? 0);
  return book.orders.get(Math.max(0, ...numbers)) ?? null;
}

function isFull(book: Book): boolean {
  return book.orders.size - book.closed.size >= book.limits.openOrdersMax;
}

function keyOf(account: string | null, id: string): string {
  return JSON.stringify([account, id]);
}

import { ZERO } from '../../kernel/decimal.ts';
import type { DeliveryFaults } from './faults.ts';
import { isDrawn } from './faults.ts';
import { change, direct, instruct, wake } from './life.ts';
import { depthOf, keyOf, settle, type Book, type Settled } from './memory.ts';
import type { Announced, ChangeRequest, PaperOrder, PlaceRequest } from './order.ts';
import type { Scenario, TakeUpRequest, Terms } from './order.ts';
import { randomFor } from './random.ts';
import { quietly } from './report.ts';
import type { Step } from './step.ts';

// What is asked of the book, and what comes of it.

/** What becomes of a request. Only `TAKEN` has a sequel; `REPEATED` was taken before. */
export type Admission =
  | { readonly status: 'TAKEN'; readonly number: number }
  | { readonly status: 'REPEATED' | 'UNKNOWN' | 'FULL' }
  | { readonly status: 'REFUSED'; readonly text: string };

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
export function applyChange(book: Book, number: number, request: ChangeRequest): Settled | null {
  const order = book.orders.get(number);
  return order ? settle(book, change(book.venue, order, request)) : null;
}

/** Acknowledges the order or lets the market take its next step for it. */
export function wakeOrder(book: Book, number: number): Settled | null {
  const order = book.orders.get(number);
  return order ? settle(book, wake(book.venue, order, depthOf(book))) : null;
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

/** An order by the client's name for it; without an account that of any account, the newest. */
interface Target {
  readonly account: string | null;
  readonly clOrdId: string;
}

/**
 * Does now what a scenario asks of an open order, and remembers it for an order that is still to come (then there is
 * no outcome). `LATE` when the order is closed, or is acknowledged and should be rejected.
 */
export function applyScenario(
  book: Book,
  target: Target,
  scenario: Scenario,
): { readonly status: 'DONE'; readonly outcome: Settled | null } | { readonly status: 'LATE' } {
  const order = findByClOrdId(book, target);
  if (!order) {
    announce(book, target, { scenario, script: [] });
    return { status: 'DONE', outcome: null };
  }
  const outcome = instruct(book.venue, order, scenario);
  return outcome ? { status: 'DONE', outcome: settle(book, outcome) } : { status: 'LATE' };
}

/**
 * Has an order do the steps, one after the other as it is woken, in place of what is left of a former script; remembers
 * them for an order that is still to come. `REFUSED` when one of them can't be done.
 */
export function applyScript(
  book: Book,
  target: Target,
  script: readonly Step[],
):
  | { readonly status: 'DONE'; readonly outcome: Settled | null }
  | { readonly status: 'REFUSED'; readonly text: string } {
  const order = findByClOrdId(book, target);
  if (!order) {
    announce(book, target, { scenario: null, script });
    return { status: 'DONE', outcome: null };
  }
  const directed = direct(book.venue, order, script);
  if (directed.fault !== null) return { status: 'REFUSED', text: directed.fault };
  return { status: 'DONE', outcome: settle(book, quietly(directed.order)) };
}

/** From now on the reports of this order are delivered like this. */
export function applyDelivery(book: Book, target: Target, delivery: DeliveryFaults): void {
  const order = findByClOrdId(book, target);
  if (order) book.orders.set(order.number, { ...order, delivery });
  else announce(book, target, { delivery });
}

function announce(book: Book, { account, clOrdId }: Target, news: Partial<Announced>): void {
  const key = keyOf(account, clOrdId);
  const known = book.announced.get(key) ?? { scenario: null, script: [], delivery: null };
  book.announced.set(key, { ...known, ...news });
}

function enter(book: Book, request: Omit<TakeUpRequest, 'kind'>): number {
  const { venue } = book;
  const { account, clOrdId } = request;
  book.ordersCount += 1;
  const number = book.ordersCount;
  const announced = book.announced.take(keyOf(account, clOrdId)) ?? book.announced.take(keyOf(null, clOrdId));
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
    scenario: announced ? announced.scenario : drawnScenario(book, request),
    script: announced?.script ?? [],
    ...{ asked: [], pending: null, session: 'LIVE', fills: [], delivery: announced?.delivery ?? null },
  };
  book.orders.set(number, order);
  book.venueOrderIds.set(keyOf(account, order.venueOrderId), number);
  remember(book, number, { kind: 'NEW', account, clOrdId });
  return number;
}

/** The exchange rejects a share of the new orders on request; it acknowledged those that it takes up. */
function drawnScenario({ venue, rejectRate }: Book, { account, clOrdId, accepted }: Omit<TakeUpRequest, 'kind'>) {
  if (accepted || !isDrawn(venue.seed, rejectRate, ['reject', account, clOrdId])) return null;
  return { kind: 'reject', text: 'rejected by chance, on request' } as const;
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

/** Without an account all orders are looked through, newest first: scenarios are rare. */
function findByClOrdId(book: Book, { account, clOrdId }: Target): PaperOrder | null {
  if (account !== null) return book.orders.get(book.requests.get(keyOf(account, clOrdId))?.number ?? 0) ?? null;
  const accounts = new Set([...book.orders.values()].map((order) => order.account));
  const numbers = [...accounts].map((each) => book.requests.get(keyOf(each, clOrdId))?.number ?? 0);
  return book.orders.get(Math.max(0, ...numbers)) ?? null;
}

function isFull(book: Book): boolean {
  return book.orders.size - book.closed.size >= book.limits.openOrdersMax;
}

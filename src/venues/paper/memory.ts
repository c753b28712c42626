import type { Decimal } from '../../kernel/decimal.ts';
import { openQtyAt } from './amount.ts';
import { boundedMap, type BoundedMap } from './bounded-map.ts';
import { openLadder, type Ladder } from './ladder.ts';
import type { Matching, Venue } from './match.ts';
import { give, type Depth, type Resting } from './meet.ts';
import { closedPhase, type Announced, type PaperOrder } from './order.ts';
import type { Outcome, PaperReport } from './report.ts';

/** How much an exchange keeps. */
export interface BookLimits {
  /** Open orders; above it requests are refused for the time being. */
  readonly openOrdersMax: number;
  /** Closed orders that still answer a repeated or late request, and can be asked about; the oldest go first. */
  readonly closedOrdersMax: number;
  /** Scenarios announced for orders that have not come yet; the oldest go first. */
  readonly announcedMax: number;
  /** Requests about one order. */
  readonly requestsPerOrderMax: number;
  /** Reports of one order that can be asked for again; the newest stay. */
  readonly reportsPerOrderMax: number;
}

export const BOOK_LIMITS: BookLimits = {
  openOrdersMax: 20_000,
  closedOrdersMax: 10_000,
  announcedMax: 10_000,
  requestsPerOrderMax: 1_000,
  reportsPerOrderMax: 100,
};

/** Symbols whose last price is remembered. */
const TRADED_SYMBOLS_MAX = 10_000;

/** A report with its moment, as it is delivered. */
export type StampedReport = PaperReport & { readonly transactTime: string };

/** The orders of one run. In memory only; it knows neither time nor network. */
export interface Book {
  readonly venue: Venue;
  readonly limits: BookLimits;
  readonly orders: Map<number, PaperOrder>;
  /** Numbers of the orders that wait for the price. */
  readonly resting: Set<number>;
  /** Where they can be met by others. */
  readonly ladder: Ladder;
  readonly lastPrices: BoundedMap<Decimal>;
  readonly closed: Set<number>;
  /** Every clOrdId that came, by account, with its order and what it asked for. */
  readonly requests: Map<string, { readonly number: number; readonly kind: string }>;
  readonly venueOrderIds: Map<string, number>;
  /** Keys of `requests`, by order: they go when the order goes. */
  readonly keys: Map<number, string[]>;
  /** What was told of each order, or would have been, had it not been dropped. */
  readonly records: Map<number, readonly StampedReport[]>;
  readonly announced: BoundedMap<Announced>;
  ordersCount: number;
  /** The share of the new orders, 0 to 1, that are rejected by chance. */
  rejectRate: number;
}

export interface BookOptions {
  readonly seed: number;
  readonly run: string;
  /** `market` unless told. */
  readonly matching?: Matching;
}

export function openBook({ seed, run, matching = 'market' }: BookOptions, limits: Partial<BookLimits> = {}): Book {
  const all = { ...BOOK_LIMITS, ...limits };
  return {
    venue: { seed, run, matching },
    limits: all,
    orders: new Map(),
    resting: new Set(),
    ladder: openLadder(),
    lastPrices: boundedMap(TRADED_SYMBOLS_MAX),
    closed: new Set(),
    requests: new Map(),
    venueOrderIds: new Map(),
    keys: new Map(),
    records: new Map(),
    announced: boundedMap(all.announcedMax),
    ordersCount: 0,
    rejectRate: 0,
  };
}

export function depthOf({ ladder, orders, lastPrices }: Book): Depth {
  return {
    *against(order): Iterable<Resting> {
      for (const number of ladder.against(order)) {
        const other = orders.get(number);
        const px = other?.terms.price;
        if (other && px) yield { number, px, qty: openQtyAt(other, px) };
      }
    },
    lastPx: (symbol) => lastPrices.get(symbol) ?? null,
  };
}

/** An outcome that the book has taken in, and what became of the orders that were met. */
export type Settled = Outcome & { readonly others: readonly Outcome[] };

export function settle(book: Book, outcome: Outcome): Settled {
  keep(book, outcome.order);
  const others = outcome.takes.flatMap((taken) => {
    const order = book.orders.get(taken.number);
    if (!order) return [];
    book.lastPrices.set(order.terms.symbol, taken.px);
    const given = give(book.venue.run, order, taken);
    keep(book, given.order);
    return [given];
  });
  for (const oldest of book.closed) {
    if (book.closed.size <= book.limits.closedOrdersMax) break;
    forget(book, oldest);
  }
  return { ...outcome, others };
}

function keep({ venue, orders, resting, ladder, closed }: Book, order: PaperOrder): void {
  const { number } = order;
  orders.set(number, order);
  if (order.phase === 'RESTING') resting.add(number);
  else resting.delete(number);
  if (order.phase === 'RESTING' && order.triggered && venue.matching !== 'market') ladder.put(order);
  else ladder.remove(number);
  // A bust may open an order again.
  if (closedPhase(order)) closed.add(number);
  else closed.delete(number);
}

function forget(book: Book, number: number): void {
  const order = book.orders.get(number);
  if (order) book.venueOrderIds.delete(keyOf(order.account, order.venueOrderId));
  for (const key of book.keys.get(number) ?? []) book.requests.delete(key);
  book.keys.delete(number);
  book.records.delete(number);
  book.closed.delete(number);
  book.orders.delete(number);
}

export function keyOf(account: string | null, id: string): string {
  return JSON.stringify([account, id]);
}

import { expect } from 'vitest';
import type { Order } from '../../src/orders/order.ts';
import { orderView } from '../../src/orders/view.ts';
import { type Fields, placed, reported, type Step, take, TERMS } from './scenario.ts';

/**
 * What is said: a report of the venue, or a request of the order's trader (the shaded rows of FIX's matrices); OrdStatus,
 * OrderQty, CumQty, LeavesQty and AvgPx after it (`-` is none), as the page has them; and a remark: the status that our
 * users see instead, while a request of theirs is under way that the venue has not got yet, or that the order stays as
 * it was.
 */
export type Row = readonly [says: Fields | Step, then: string, remark?: 'PENDING_CANCEL' | 'PENDING_REPLACE' | 'STILL'];

/** One order state change matrix of FIX. */
export interface Matrix {
  /** As FIX 4.4 numbers it (volume 4, appendix D). */
  readonly ref: string;
  readonly about: string;
  /** The terms of the order: row 1 of every matrix. */
  readonly order: Fields;
  readonly rows: readonly Row[];
}

/** Buy 10,000 at a limit of 50. Its ClOrdID is C1, where FIX has X; C2 and C3 are Y and Z. */
export const ORDER: Fields = { ...TERMS, quantity: '10000', price: '50' };
export const GTC: Fields = { ...ORDER, timeInForce: 'GTC' };

/** A matrix of an order of 10,000, unless another `order` is put in its place. */
export const matrix = (ref: string, about: string, rows: readonly Row[]): Matrix => ({
  ref,
  about,
  rows,
  order: ORDER,
});

const answer =
  (execType: string) =>
  (clOrdId: string, origClOrdId: string, more: Fields = {}) => ({
    ...{ execType, clOrdId, origClOrdId, ...more },
  });
export const isNew: Fields = { execType: 'NEW' };
export const trade = (lastQty: string, lastPx: string, more: Fields = {}): Fields => ({
  ...{ execType: 'TRADE', lastQty, lastPx, ...more },
});
export const pendingCancel = answer('PENDING_CANCEL');
export const pendingReplace = answer('PENDING_REPLACE');
export const canceled = answer('CANCELED');
export const replaced = answer('REPLACED');
export const cancelReject = answer('CANCEL_REJECTED');
export const restated = (more: Fields = {}): Fields => ({ execType: 'RESTATED', ...more });
export const doneForDay: Fields = { execType: 'DONE_FOR_DAY' };

/** How the order and its requests came about: by the trader's own hand here, or told by the venue alone. */
export type Mode = 'here' | 'told';

/** What a matrix tells of an order, in the words of our apps. */
export interface Seen {
  readonly status: string;
  readonly pendingAction: string | null;
  readonly quantity: string | null;
  readonly cumQty: string | null;
  readonly leavesQty: string | null;
  readonly avgPx: string | null;
}

/** The order as a row has it. */
export function expectedAfter([, then, remark]: Row, mode: Mode): Seen {
  const [said = '', ...numbers] = then.split(' ');
  if (numbers.length !== 4) throw new Error(`not a row: ${then}`);
  const [quantity = null, cumQty = null, leavesQty = null, avgPx = null] = numbers.map((n) => (n === '-' ? null : n));
  const status = mode === 'here' && remark !== undefined && remark !== 'STILL' ? remark : said;
  return { status, pendingAction: PENDING_ACTION[status] ?? null, quantity, cumQty, leavesQty, avgPx };
}
const PENDING_ACTION: Readonly<Record<string, string>> = { PENDING_CANCEL: 'CANCEL', PENDING_REPLACE: 'REPLACE' };

/** The venue's reports and the rows after them; the first one opens the order. */
export function reportsOf({ rows, order }: Matrix): readonly { readonly row: Row; readonly report: Fields }[] {
  return rows
    .flatMap((row) => (typeof row[0] === 'function' ? [] : [{ row, report: row[0] }]))
    .map(({ row, report }, index) => ({ row, report: index === 0 ? { ...order, ...report } : report }));
}

/** Runs the rows one after another and compares the order with each. */
export function run({ rows, order: terms }: Matrix, mode: Mode): void {
  let order: Order | null = mode === 'here' ? take(null, placed(terms)) : null;
  rows.forEach((row, index) => {
    order = after(order, row, { mode, terms });
    // A request of an order that nobody has told of yet.
    if (!order) return;
    expect({ row: index + 2, ...orderView(order) }).toMatchObject({ row: index + 2, ...expectedAfter(row, mode) });
  });
}

function after(
  order: Order | null,
  [says, , remark]: Row,
  { mode, terms }: { mode: Mode; terms: Fields },
): Order | null {
  if (typeof says === 'function') return mode === 'here' ? changed(order, says) : order;
  const step = reported(order ? says : { ...terms, ...says });
  if (remark === 'STILL') {
    expect(take(order, step), 'the order after a report that is none of it').toBe(order);
    return order;
  }
  const wasAsked = mode === 'here' && (says.execType === 'PENDING_CANCEL' || says.execType === 'PENDING_REPLACE');
  if (wasAsked) expect(step(order), 'a report of a request that was asked here').toEqual({ event: null });
  return wasAsked ? order : changed(order, step);
}

function changed(order: Order | null, step: Step): Order | null {
  const decided = step(order);
  if (!('event' in decided) || !decided.event) throw new Error(`nothing came of a row: ${JSON.stringify(decided)}`);
  return take(order, () => decided);
}

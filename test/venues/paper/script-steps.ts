import { expect } from 'vitest';
import { applyScript, wakeOrder } from '../../../src/venues/paper/book.ts';
import { pauseMs } from '../../../src/venues/paper/life.ts';
import type { Book } from '../../../src/venues/paper/memory.ts';
import type { PlaceRequest } from '../../../src/venues/paper/order.ts';
import type { PaperReport } from '../../../src/venues/paper/report.ts';
import { scenarioRequest } from '../../../src/venues/paper/wire-scenario.ts';
import { bookOf, d, placed } from './book-steps.ts';

export type Raw = Readonly<Record<string, unknown> & { do: string }>;

const stepsOf = (steps: readonly Raw[]) => scenarioRequest.parse({ clOrdId: 'c1', steps }).steps!;

export const directed = (book: Book, steps: readonly Raw[]) =>
  applyScript(book, { account: null, clOrdId: 'c1' }, stepsOf(steps));

export const MINE: Partial<PlaceRequest> = { orderType: 'LIMIT', price: d('10') };

export interface Played {
  readonly reports: readonly PaperReport[];
  readonly skipped: readonly string[];
}

/** Wakes the order as long as its script has something to do. */
export function play(book: Book, number = 1): Played {
  const reports: PaperReport[] = [];
  const skipped: string[] = [];
  while ((book.orders.get(number)?.script.length ?? 0) > 0) {
    if (pauseMs(book.orders.get(number)!, 0) === null) break;
    const settled = wakeOrder(book, number);
    reports.push(...(settled?.reports ?? []));
    skipped.push(...(settled?.skipped ?? []));
  }
  return { reports, skipped };
}

/** Announces the steps for an order of 100 at 10, lets it come and plays them. */
export function scripted(steps: readonly Raw[], terms: Partial<PlaceRequest> = MINE): Played & { readonly book: Book } {
  const book = bookOf();
  expect(directed(book, steps)).toEqual({ status: 'DONE', outcome: null });
  placed(book, terms);
  return { ...play(book), book };
}

/** What the venue says of the order after each step: `execType status cumQty/leavesQty avgPx`. */
export const lines = ({ reports }: Played): readonly string[] =>
  reports.map(({ execType, status, cumQty, leavesQty = '-', avgPx = '-' }) =>
    [execType, status, `${cumQty}/${leavesQty}`, avgPx].join(' '),
  );

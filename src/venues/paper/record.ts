import { keyOf, type Book, type StampedReport } from './memory.ts';
import { statusReport, type PaperReport } from './report.ts';

/** Whom an order is asked for by. */
export interface OrderName {
  readonly account: string;
  readonly venueOrderId: string | null;
  readonly clOrdId: string | null;
}

/** Its reports, oldest first, and last an ORDER_STATUS of now, which has the time of the last report where there is one. */
export type Statement = readonly (PaperReport & { readonly transactTime: string | undefined })[];

/** Keeps what is told of an order, whether or not it gets through. */
export function record(book: Book, number: number, reports: readonly StampedReport[]): void {
  if (!book.orders.has(number) || reports.length === 0) return;
  const known = book.records.get(number) ?? [];
  book.records.set(number, [...known, ...reports].slice(-book.limits.reportsPerOrderMax));
}

/**
 * What the exchange knows of an order: the newest `reportsPerOrderMax` of its reports, and how it stands. Null when it
 * does not know it, or not any more.
 */
export function statementOf(book: Book, { account, venueOrderId, clOrdId }: OrderName): Statement | null {
  const byVenue = venueOrderId === null ? undefined : book.venueOrderIds.get(keyOf(account, venueOrderId));
  const byClient = clOrdId === null ? undefined : book.requests.get(keyOf(account, clOrdId))?.number;
  const order = book.orders.get(byVenue ?? byClient ?? 0);
  if (!order) return null;
  const reports = book.records.get(order.number) ?? [];
  return [...reports, { ...statusReport(book.venue.run, order), transactTime: reports.at(-1)?.transactTime }];
}

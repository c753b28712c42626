import { z } from 'zod';
import type { NotificationData } from './notification.ts';
import { REPORTS } from './words.ts';

/** The figures of a report as plain JSON, so that they can wait with its delivery. Every decimal is a string, exact. */

/** More symbols, changes and open orders are counted, but not listed. */
export const SYMBOLS_LISTED_MAX = 50;
export const CHANGES_LISTED_MAX = 20;
export const OPEN_ORDERS_LISTED_MAX = 20;

const count = z.number().int().nonnegative();
const decimal = z.string();

const symbolSchema = z.object({
  venue: z.string(),
  account: z.string().nullable(),
  symbol: z.string(),
  /** Whether its money is in a sum, and in which. */
  summed: z.boolean(),
  currency: z.string().nullable(),
  fills: count,
  boughtQty: decimal,
  bought: decimal,
  soldQty: decimal,
  sold: decimal,
  realised: decimal.nullable(),
  unmatchedQty: decimal.nullable(),
});
/** What was traded of one symbol, in one account of a venue. `bought` and `sold` are amounts: the sums of lastQty x lastPx. */
export type SymbolFigures = z.infer<typeof symbolSchema>;

const totalSchema = z.object({
  venue: z.string(),
  currency: z.string().nullable(),
  bought: decimal,
  sold: decimal,
  realised: decimal.nullable(),
});
/** One sum of money. `currency` is null where it is the venue's own, which an order does not tell. */
export type TotalFigures = z.infer<typeof totalSchema>;

const changeSchema = z.object({
  kind: z.enum(['BUST', 'CORRECTION']),
  venue: z.string(),
  symbol: z.string(),
  lastQty: decimal.nullable(),
  lastPx: decimal.nullable(),
  /** The fill was before the days of the report. */
  earlier: z.boolean(),
});
export type ChangeFigures = z.infer<typeof changeSchema>;

const openOrderSchema = z.object({
  symbol: z.string(),
  side: z.enum(['BUY', 'SELL', 'SELL_SHORT']),
  quantity: decimal.nullable(),
  notional: decimal.nullable(),
  leavesQty: decimal.nullable(),
  price: decimal.nullable(),
});
export type OpenOrderFigures = z.infer<typeof openOrderSchema>;

const figuresSchema = z.object({
  report: z.enum(REPORTS),
  from: z.string(),
  to: z.string(),
  /** Only so many executions, the latest, were counted, and no result is told; null: all were. */
  latestCounted: count.nullable(),
  fills: count,
  /** Those of them that were traded before these days, and told since the report before. None were counted once. */
  late: count.default(0),
  busted: count,
  corrected: count,
  symbols: z.array(symbolSchema).max(SYMBOLS_LISTED_MAX),
  symbolsCount: count,
  /** Symbols that are in no total. */
  unsummed: count,
  totals: z.array(totalSchema),
  changes: z.array(changeSchema).max(CHANGES_LISTED_MAX),
  openOrders: z.array(openOrderSchema).max(OPEN_ORDERS_LISTED_MAX),
  openOrdersCount: count,
});
export type ReportFigures = z.infer<typeof figuresSchema>;

/** What a report's notification carries: what its short words need, and the figures for its e-mail. */
export function reportData(figures: ReportFigures): NotificationData {
  const { from, to, latestCounted, fills, late, busted, corrected, openOrdersCount: openOrders } = figures;
  const { totals, unsummed } = figures;
  // One sum of all is told only where it is one: not over two currencies.
  const realised = totals.length === 1 && unsummed === 0 ? (totals[0]?.realised ?? null) : null;
  const told = { from, to, latestCounted, fills, late, busted, corrected, openOrders, realised };
  return { ...told, figures: JSON.stringify(figures) };
}

/** The figures within a report's data; null where there are none that can be read. */
export function readFigures({ figures }: NotificationData): ReportFigures | null {
  if (typeof figures !== 'string') return null;
  try {
    return figuresSchema.safeParse(JSON.parse(figures)).data ?? null;
  } catch {
    return null;
  }
}

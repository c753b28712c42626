import { type Decimal, decimal, ZERO } from '../kernel/decimal.ts';
import type { ExecutionView } from '../orders/execution-view.ts';

/** Which fills a report counts, and when each was traded. */

export type ReportedExecution = Pick<
  ExecutionView,
  | 'execId'
  | 'execType'
  | 'execRefId'
  | 'orderId'
  | 'venue'
  | 'account'
  | 'symbol'
  | 'assetClass'
  | 'side'
  | 'lastQty'
  | 'lastPx'
  | 'transactTime'
  | 'receivedAt'
  | 'counts'
>;
/** A fill that counts, at the time at which it was traded. */
export interface Fill {
  readonly of: ReportedExecution;
  readonly qty: Decimal;
  readonly px: Decimal;
  readonly at: string;
}

export interface Days {
  readonly from: string;
  readonly to: string;
}
/** ISO 8601 in UTC sorts as time does. */
export const isWithin = (at: string, { from, to }: Days): boolean => at >= from && at < to;
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

export const timeOf = ({ transactTime, receivedAt }: ReportedExecution): string => transactTime ?? receivedAt;
const idOf = ({ venue }: ReportedExecution, execId: string): string => JSON.stringify([venue, execId]);

/** A chain of corrections is never longer; a longer one is a circle. */
const CHAIN_MAX = 100;

/** The fill that an execution is about, itself or through corrections; null while it is not known. */
export function rootsOf(executions: readonly ReportedExecution[]): (of: ReportedExecution) => ReportedExecution | null {
  const byId = new Map(executions.map((each) => [idOf(each, each.execId), each]));
  return (of) => {
    let root: ReportedExecution | undefined = of;
    for (let step = 0; root && step < CHAIN_MAX; step++) {
      if (root.execType === 'TRADE') return root;
      root = root.execRefId === null ? undefined : byId.get(idOf(of, root.execRefId));
    }
    return null;
  };
}

/** In the order in which they were traded. */
export function fillsOf(executions: readonly ReportedExecution[]): readonly Fill[] {
  const rootOf = rootsOf(executions);
  const counting = executions.flatMap((of): Fill[] => {
    if (!of.counts || of.lastQty === null || of.lastPx === null) return [];
    return [{ of, qty: decimal(of.lastQty), px: decimal(of.lastPx), at: timeOf(rootOf(of) ?? of) }];
  });
  return [...groupBy(counting, ({ of }) => of.orderId).values()]
    .flatMap((ofOrder) => netted(ofOrder))
    .sort(
      (a, b) => compare(a.at, b.at) || compare(a.of.receivedAt, b.of.receivedAt) || compare(a.of.execId, b.of.execId),
    );
}

/**
 * What a venue has stated as a sum may take back a part of its single fills (ExecutionView.lastQty is below zero then). The
 * fills of such an order are told as one, of the sum of their quantities and amounts, at the last one's time.
 */
function netted(fills: readonly Fill[]): readonly Fill[] {
  if (fills.every(({ qty }) => qty.gt(0))) return fills;
  const last = fills.reduce((latest, fill) => (fill.at > latest.at ? fill : latest));
  const qty = sum(fills.map((fill) => fill.qty));
  if (!qty.gt(0)) return [];
  return [{ ...last, qty, px: sum(fills.map((fill) => fill.qty.times(fill.px))).div(qty) }];
}

export const sum = (all: readonly Decimal[]): Decimal => all.reduce((total, one) => total.plus(one), ZERO);
export const sumKnown = (all: readonly (Decimal | null)[]): Decimal | null => {
  const known = all.filter((one) => one !== null);
  return known.length === 0 ? null : sum(known);
};

import { type Decimal, ZERO } from '../kernel/decimal.ts';
import type * as orders from '../orders/reported.ts';

/** What a report is made of: executions, when each was traded, and which of them an earlier report has told. */

export type ReportedExecution = Pick<
  orders.ReportedExecution,
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
  | 'covered'
  | 'derived'
  | 'known'
>;
/** A fill that counts, at the time at which it was traded. */
export interface Fill {
  readonly of: ReportedExecution;
  readonly qty: Decimal;
  readonly px: Decimal;
  readonly at: string;
  /** An earlier report has counted it, or it was traded before there were any. */
  readonly told: boolean;
}

export interface Days {
  readonly from: string;
  readonly to: string;
  /** Where the first report began; empty: it is not known. */
  readonly since: string;
}
/** ISO 8601 in UTC sorts as time does. */
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

/** Nothing is traded after it was received: a clock that says so would keep it out of every report until then. */
export const timeOf = ({ transactTime, receivedAt }: ReportedExecution): string =>
  transactTime !== null && transactTime < receivedAt ? transactTime : receivedAt;

/** The report before has read all that was known by then, and told of it what was traded before its own end. */
export const isTold = (of: ReportedExecution, { from, since }: Days): boolean =>
  timeOf(of) < since || (of.known && timeOf(of) < from);

const idOf = ({ venue }: ReportedExecution, execId: string): string => JSON.stringify([venue, execId]);

/** A chain of corrections is never longer; a longer one is a circle. */
const CHAIN_MAX = 100;

export type RootOf = (of: ReportedExecution) => ReportedExecution | null;

/** The fill that an execution is about, itself or through corrections; null while it is not known. */
export function rootsOf(executions: readonly ReportedExecution[]): RootOf {
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

export const sum = (all: readonly Decimal[]): Decimal => all.reduce((total, one) => total.plus(one), ZERO);
export const sumKnown = (all: readonly (Decimal | null)[]): Decimal | null => {
  const known = all.filter((one) => one !== null);
  return known.length === 0 ? null : sum(known);
};

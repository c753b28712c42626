import { decimal, ZERO } from '../kernel/decimal.ts';
import {
  compare,
  type Days,
  type Fill,
  groupBy,
  isTold,
  type ReportedExecution,
  type RootOf,
  rootsOf,
  sum,
  timeOf,
} from './report-fills.ts';

/** Which fills a report counts: each is told by one report, also where an order's fills were derived. */

/** All that were traded before the end of these days, in the order in which they were. */
export function fillsOf(executions: readonly ReportedExecution[], days: Days): readonly Fill[] {
  const rootOf = rootsOf(executions);
  return [...groupBy(executions, ({ orderId }) => orderId).values()]
    .flatMap((ofOrder) => fillsOfOrder(ofOrder, { rootOf, days }))
    .filter(({ at }) => at < days.to)
    .sort(
      (a, b) => compare(a.at, b.at) || compare(a.of.receivedAt, b.of.receivedAt) || compare(a.of.execId, b.of.execId),
    );
}

interface Counting {
  readonly rootOf: RootOf;
  readonly days: Days;
}

/**
 * Where fills were derived, the venue's own that come later take their place. As long as one report tells all of such an order,
 * it tells it as it stands now. Of an order that several reports tell, each tells what it has grown by, so that what was told
 * once is not told again in other words.
 */
function fillsOfOrder(executions: readonly ReportedExecution[], { rootOf, days }: Counting): readonly Fill[] {
  const shown = executions.flatMap((of): Fill[] => {
    if (!of.counts || of.lastQty === null || of.lastPx === null) return [];
    const root = rootOf(of) ?? of;
    const numbers = { qty: decimal(of.lastQty), px: decimal(of.lastPx) };
    return [{ of, ...numbers, at: timeOf(root), told: isTold(root, days) }];
  });
  if (!executions.some(({ covered, derived }) => covered || derived !== null)) return shown;
  const grown = grownFills(executions, { shown, rootOf, days });
  const told = grown.every((fill) => fill.told);
  const isOfOne = told || !grown.some((fill) => fill.told);
  const isOver = executions.every((each) => each.execType !== 'TRADE' || timeOf(each) < days.to);
  return isOfOne && isOver ? netted(shown.map((fill) => ({ ...fill, told }))) : grown.filter(({ qty }) => qty.gt(0));
}

/**
 * What the order has grown by: derived fills as they were derived, and the venue's own but for those that came covered, which
 * tell of a derived one. What a bust or a correction of such a one changes is taken from the derived fills, the earliest first:
 * which of them it told of can't be said, and so it is of what was told before rather than of what is new.
 */
function grownFills(
  executions: readonly ReportedExecution[],
  { shown, rootOf, days }: Counting & { readonly shown: readonly Fill[] },
): readonly Fill[] {
  const isCovered = (of: ReportedExecution): boolean => (rootOf(of) ?? of).covered;
  const own = shown.filter(({ of }) => of.derived === null);
  const covered = executions.filter((of) => of.covered && of.execType === 'TRADE');
  let changed = sum(own.filter(({ of }) => isCovered(of)).map(({ qty }) => qty)).minus(
    sum(covered.map(({ lastQty }) => decimal(lastQty ?? '0'))),
  );
  const derived = executions
    .filter((of) => of.derived !== null)
    .sort((a, b) => compare(timeOf(a), timeOf(b)) || compare(a.execId, b.execId))
    .map((of): Fill => {
      const { lastQty, lastPx } = of.derived ?? { lastQty: '0', lastPx: '0' };
      const left = decimal(lastQty).plus(changed);
      changed = left.lt(0) ? left : ZERO;
      return { of, qty: left.lt(0) ? ZERO : left, px: decimal(lastPx), at: timeOf(of), told: isTold(of, days) };
    });
  return [...derived, ...own.filter(({ of }) => !isCovered(of))];
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

import type { ExecutionReport } from '../ingest/execution-report.ts';
import { type Decimal, ZERO } from '../kernel/decimal.ts';
import { changedBy, isCovered, type Sums } from './counted.ts';
import { COVERED, type Decision, type Facts, type Known, quarantine } from './decision.ts';
import { type Fill, findFill, type KnownFill, supersedes } from './fills.ts';
import type { Order } from './order.ts';
import { stampOf } from './registers.ts';
import { isSanePx } from './words.ts';

export function fill(order: Order | null, report: ExecutionReport, { facts, fills }: Known): Decision {
  const { lastQty, lastPx } = report;
  if (!lastQty?.gt(0)) return quarantine('INVALID_REPORT', 'a TRADE needs a lastQty above zero');
  const assetClass = order?.assetClass ?? facts.opening?.assetClass;
  if (!isSanePx(lastPx, assetClass)) return quarantine('INVALID_REPORT', 'a TRADE needs a lastPx above zero');
  if (order && isCovered(order, knownFill(report, facts), fills)) return COVERED;
  const byAmount = ((order?.terms ?? facts.opening?.terms)?.notional ?? null) !== null;
  const complete = byAmount && (report.status === 'FILLED' || (report.leavesQty?.isZero() ?? false));
  return { event: { ...facts, type: 'OrderFilled', lastQty, lastPx, complete } };
}

function knownFill({ execId, execRefId, lastQty, lastPx, cumQty }: ExecutionReport, facts: Facts): KnownFill {
  const word = {
    execId,
    execRefId,
    execType: 'TRADE',
    stamp: stampOf(facts),
    derived: false,
    avgPx: null,
    covered: false,
  } as const;
  return { ...word, lastQty, lastPx, cumQty };
}

/** A bust or a correction of a fill, of whatever day. What comes after a bust, or is older, changes nothing any more. */
export function changedFill(order: Order | null, report: ExecutionReport, { facts, fills }: Known): Decision {
  const { execType, execRefId, lastQty, lastPx, leavesQty, status } = report;
  const fill = execRefId === null ? null : findFill(execRefId, fills);
  if (!order || !fill) return quarantine('UNKNOWN_EXECUTION', 'the execution that execRefId names is not known');
  if (execType === 'TRADE_CANCEL') {
    if (fill.busted) return { event: null };
    const ended = (leavesQty?.isZero() ?? false) && status !== 'FILLED';
    const change = { ...knownFill(report, facts), execType, lastQty: fill.lastQty, lastPx: fill.lastPx };
    const { qty, amount } = changedBy(order, change, fills) ?? {
      ...{ qty: fill.lastQty.negated(), amount: amountOf(fill).negated() },
    };
    const removed = { removedQty: qty.negated(), removedAmount: amount.negated() };
    return { event: { ...facts, type: 'FillBusted', lastQty: fill.lastQty, lastPx: fill.lastPx, ...removed, ended } };
  }
  if (!lastQty?.gt(0) || !isSanePx(lastPx, order.assetClass))
    return quarantine('INVALID_REPORT', 'a TRADE_CORRECT needs a lastQty and a lastPx above zero');
  const change = { ...knownFill(report, facts), execType: 'TRADE_CORRECT' } as const;
  const { qty, amount } = changedBy(order, change, fills) ?? corrected(fill, { lastQty, lastPx }, facts);
  return { event: { ...facts, type: 'FillCorrected', lastQty, lastPx, addedQty: qty, addedAmount: amount } };
}

const amountOf = ({ lastQty, lastPx }: Pick<Fill, 'lastQty' | 'lastPx'>): Decimal => lastQty.times(lastPx);

function corrected(fill: Fill, numbers: Pick<Fill, 'lastQty' | 'lastPx'>, facts: Facts): Sums {
  if (fill.busted || !supersedes(stampOf(facts), fill)) return { qty: ZERO, amount: ZERO };
  return { qty: numbers.lastQty.minus(fill.lastQty), amount: amountOf(numbers).minus(amountOf(fill)) };
}

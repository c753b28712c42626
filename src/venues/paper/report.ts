import { printDecimal, shownDecimal, type Decimal } from '../../kernel/decimal.ts';
import { leavesQty, statusOf, type PaperOrder } from './order.ts';

export type ExecType =
  | 'NEW'
  | 'TRADE'
  | 'CANCELED'
  | 'REPLACED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'CANCEL_REJECTED'
  | 'DONE_FOR_DAY'
  | 'SUSPENDED'
  | 'STOPPED'
  | 'RESTATED'
  | 'PENDING_CANCEL'
  | 'PENDING_REPLACE'
  | 'TRADE_CANCEL'
  | 'TRADE_CORRECT'
  | 'ORDER_STATUS';

/** What happened to an order (FIX 150), with the ids of the request it answers where that is not the order's newest. */
export interface Happening {
  readonly execType: ExecType;
  readonly clOrdId?: string;
  readonly origClOrdId?: string;
  readonly execRefId?: string;
  readonly lastQty?: Decimal;
  readonly lastPx?: Decimal;
  readonly text?: string;
  readonly rejectReason?: string;
}

/**
 * An execution report as it goes over the wire, but for `transactTime`: decimals as plain strings, and nothing where
 * a field does not apply (JSON leaves undefined out).
 */
export interface PaperReport {
  readonly execId: string;
  readonly execType: ExecType;
  readonly execRefId: string | undefined;
  readonly venueOrderId: string;
  readonly clOrdId: string;
  readonly origClOrdId: string | undefined;
  readonly account: string;
  readonly symbol: string;
  readonly assetClass: string;
  readonly side: string;
  readonly orderType: string;
  readonly timeInForce: string;
  readonly quantity: string | undefined;
  readonly notional: string | undefined;
  readonly price: string | undefined;
  readonly stopPx: string | undefined;
  readonly lastQty: string | undefined;
  readonly lastPx: string | undefined;
  readonly cumQty: string;
  readonly leavesQty: string | undefined;
  readonly avgPx: string | undefined;
  readonly status: string;
  readonly text: string | undefined;
  readonly rejectReason: string | undefined;
}

/** What an order took from another one that rested in the book. */
export interface Take {
  /** The number of the order that rested. */
  readonly number: number;
  readonly qty: Decimal;
  /** The price of the order that rested. */
  readonly px: Decimal;
}

/** An order after something happened to it, what there is to tell about it, in order, and what others gave for it. */
export interface Outcome {
  readonly order: PaperOrder;
  readonly reports: readonly PaperReport[];
  readonly takes: readonly Take[];
  /** Steps of a script that could not be done, in words. */
  readonly skipped: readonly string[];
}

export function quietly(order: PaperOrder): Outcome {
  return { order, reports: [], takes: [], skipped: [] };
}

/** Goes on with the order of an outcome, keeping what was told so far. */
export function andThen(outcome: Outcome, next: (order: PaperOrder) => Outcome): Outcome {
  const { order, reports, takes, skipped } = next(outcome.order);
  return {
    order,
    reports: [...outcome.reports, ...reports],
    takes: [...outcome.takes, ...takes],
    skipped: [...outcome.skipped, ...skipped],
  };
}

/** Tells what happened to an order; `order` is the order after it. `run` makes the ids of a restarted exchange new ones. */
export function tell(run: string, order: PaperOrder, happening: Happening): Outcome {
  const told = { ...order, reportsCount: order.reportsCount + 1 };
  return { ...quietly(told), reports: [reportOf(nextExecId(run, order), told, happening)] };
}

/** The execId of what is told next about the order. */
export function nextExecId(run: string, { number, reportsCount }: PaperOrder): string {
  return `P${run}-${number}-${reportsCount + 1}`;
}

/** How the order stands: its id is made of the count of its reports, so that the same state has the same one. */
export function statusReport(run: string, order: PaperOrder): PaperReport {
  return reportOf(`P${run}-${order.number}-s${order.reportsCount}`, order, { execType: 'ORDER_STATUS' });
}

function reportOf(execId: string, order: PaperOrder, happening: Happening): PaperReport {
  const { terms, cumQty, cumAmount } = order;
  return {
    execId,
    execType: happening.execType,
    execRefId: happening.execRefId,
    venueOrderId: order.venueOrderId,
    clOrdId: happening.clOrdId ?? order.clOrdId,
    origClOrdId: happening.origClOrdId,
    account: order.account,
    symbol: terms.symbol,
    assetClass: terms.assetClass,
    side: terms.side,
    orderType: terms.orderType,
    timeInForce: terms.timeInForce,
    quantity: printed(terms.quantity),
    notional: printed(terms.notional),
    price: printed(terms.price),
    stopPx: printed(terms.stopPx),
    lastQty: printed(happening.lastQty),
    lastPx: printed(happening.lastPx),
    cumQty: printDecimal(cumQty),
    leavesQty: printed(leavesQty(order)),
    avgPx: cumQty.isZero() ? undefined : printDecimal(shownDecimal(cumAmount.div(cumQty))),
    status: statusOf(order),
    text: happening.text,
    rejectReason: happening.rejectReason,
  };
}

function printed(value: Decimal | null | undefined): string | undefined {
  return value ? printDecimal(value) : undefined;
}

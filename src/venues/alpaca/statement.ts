import type { RawReport } from '../../ingest/execution-report.ts';
import { type Decimal, decimal, printDecimal, shownDecimal, ZERO } from '../../kernel/decimal.ts';
import { STATUSES } from '../formats/alpaca-words.ts';
import { derivedId } from '../formats/fields.ts';
import type { AskedOrder } from '../venue.ts';
import type { AlpacaOrder } from './order.ts';

/** A replacement that is not in force yet, and may never be. */
const WAITING: readonly string[] = ['accepted', 'pending_new', 'held', 'pending_review'];

/**
 * What Alpaca's orders of one chain, the oldest first, say of the order that they are to us: each replacement that we have
 * not heard of, then where the order is. Its fills are left out: nothing documents that the ids of account activities are
 * those of the events (execution_id), and a fill under two ids would count twice.
 */
export function statementOf(asked: AskedOrder, chain: readonly AlpacaOrder[]): readonly RawReport[] {
  const inForce = chain.filter((order, i) => i === 0 || !WAITING.includes(order.status));
  const current = inForce.at(-1);
  if (!current) return [];
  const known = inForce.findIndex(({ id, client_order_id: clOrdId }) =>
    asked.venueOrderId === null ? clOrdId === asked.clOrdId : id === asked.venueOrderId,
  );
  const replacements = inForce.slice(Math.max(known, 0) + 1);
  return [
    ...replacements.map((order, i) => replacedBy(asked, order, inForce[inForce.length - replacements.length + i - 1])),
    statusOf(asked, current, sumsOf(inForce)),
  ];
}

function replacedBy({ account }: AskedOrder, order: AlpacaOrder, before: AlpacaOrder | undefined): RawReport {
  return {
    execId: derivedId(order.id, 'REPLACED'),
    execType: 'REPLACED',
    venueOrderId: order.id,
    clOrdId: order.client_order_id,
    origClOrdId: before?.client_order_id ?? null,
    account,
    quantity: order.qty,
    price: order.limit_price,
    stopPx: order.stop_price,
    transactTime: order.submitted_at,
  };
}

function statusOf({ account }: AskedOrder, order: AlpacaOrder, { cumQty, avgPx }: Sums): RawReport {
  const status = STATUSES[order.status] ?? null;
  return {
    execId: derivedId(order.id, 'STATUS', order.updated_at),
    execType: 'ORDER_STATUS',
    venueOrderId: order.id,
    // No clOrdId: Alpaca names no request, so that the one that waits is answered.
    origClOrdId: order.client_order_id,
    account,
    ...(cumQty && { cumQty: printDecimal(cumQty) }),
    ...(avgPx && { avgPx: printDecimal(avgPx) }),
    status,
    transactTime: latestOf(order),
    ...(status === 'REJECTED' && { rejectReason: 'OTHER' }),
  };
}

/** The sums are of this moment: with an earlier one a fill that they include would count beside them. */
function latestOf(order: AlpacaOrder): string | null {
  const times = [order.updated_at, order.filled_at, order.canceled_at, order.expired_at];
  return times.reduce((latest, time) => (msOf(time) > msOf(latest) ? time : latest));
}

/** What is no time comes before all. */
const msOf = (time: string | null): number => {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? -Infinity : ms;
};

interface Sums {
  readonly cumQty: Decimal | null;
  readonly avgPx: Decimal | null;
}

const UNSTATED: Sums = { cumQty: null, avgPx: null };

/**
 * What is filled over the chain. A replacement goes on with what its predecessor has filled: Alpaca's "qty must be >
 * filled_qty" says so, but an older report (Alpaca-API issue 165) has one that began at zero. So what the newest one has is
 * never above the truth. Where one is below its predecessor, either it began anew or a fill was busted: nothing is stated.
 */
export function sumsOf(chain: readonly AlpacaOrder[]): Sums {
  let cumQty = ZERO;
  for (const { filled_qty: filledQty } of chain) {
    const filled = filledQty === null ? null : decimal(filledQty);
    if (!filled || filled.lt(cumQty)) return UNSTATED;
    cumQty = filled;
  }
  const price = chain.at(-1)?.filled_avg_price ?? null;
  if (cumQty.isZero()) return { cumQty, avgPx: null };
  return price === null ? UNSTATED : { cumQty, avgPx: shownDecimal(decimal(price)) };
}

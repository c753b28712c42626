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
    transactTime: order.canceled_at ?? order.expired_at ?? order.updated_at,
    ...(status === 'REJECTED' && { rejectReason: 'OTHER' }),
  };
}

interface Sums {
  readonly cumQty: Decimal | null;
  readonly avgPx: Decimal | null;
}

/**
 * What is filled over the chain. A replacement goes on with what its predecessor has filled: Alpaca's "qty must be >
 * filled_qty" says so, but an older report (Alpaca-API issue 165) has one that began at zero. So a sum that is below what
 * the chain had counts beside it, and any other one includes it: it may come out too low, never too high.
 */
export function sumsOf(chain: readonly AlpacaOrder[]): Sums {
  let [cumQty, amount] = [ZERO, ZERO];
  for (const { filled_qty: filledQty, filled_avg_price: price } of chain) {
    if (filledQty === null) return { cumQty: null, avgPx: null };
    const filled = decimal(filledQty);
    if (filled.isZero()) continue;
    if (price === null) return { cumQty: null, avgPx: null };
    const ofThis = filled.times(decimal(price));
    [cumQty, amount] = filled.lt(cumQty) ? [cumQty.plus(filled), amount.plus(ofThis)] : [filled, ofThis];
  }
  return { cumQty, avgPx: cumQty.isZero() ? null : shownDecimal(amount.div(cumQty)) };
}

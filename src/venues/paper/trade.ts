import type { Decimal } from '../../kernel/decimal.ts';
import { FILLS_PER_ORDER_MAX, type Fill, type PaperOrder, type Phase, type Session } from './order.ts';
import { nextExecId, tell, type Outcome } from './report.ts';

export interface Trade {
  readonly lastQty: Decimal;
  readonly lastPx: Decimal;
  /** Where the order is after it. */
  readonly phase: Phase;
}

/** Counts one fill, remembers it for a bust or a correction, and tells it. */
export function trade(run: string, order: PaperOrder, { lastQty, lastPx, phase }: Trade): Outcome {
  const nth = (order.fills.at(-1)?.nth ?? 0) + 1;
  const fill: Fill = { nth, execIds: [nextExecId(run, order)], lastQty, lastPx, isBusted: false };
  const filled: PaperOrder = {
    ...order,
    phase,
    session: atWork(order.session),
    cumQty: order.cumQty.plus(lastQty),
    cumAmount: order.cumAmount.plus(lastQty.times(lastPx)),
    fills: [...order.fills, fill].slice(-FILLS_PER_ORDER_MAX),
  };
  return tell(run, filled, { execType: 'TRADE', lastQty, lastPx });
}

/** What is filled or replaced is worked again; a guaranteed price stays one. */
export function atWork(session: Session): Session {
  return session === 'STOPPED' ? 'STOPPED' : 'LIVE';
}

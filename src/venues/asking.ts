import type { KnownOrder } from './reconcile.ts';
import { VenueBusy } from './faults.ts';
import type { VenuePort, VenueStatement } from './venue.ts';

export const ASK_MS_MAX = 10_000;
/** One bad order among ORDERS_PER_ASK fails six times until it stands alone; a venue that fails once more is away. */
export const FAILURES_IN_A_ROW_MAX = 7;

/** An order with what its venue says of it. */
export interface Answered {
  readonly order: KnownOrder;
  readonly statement: VenueStatement;
}

export interface Failure {
  readonly orderId: string;
  readonly reason: string;
}

export interface Asked {
  readonly answered: readonly Answered[];
  /** The orders that the venue could not be asked about. */
  readonly failures: readonly Failure[];
  /** The venue can't be asked at all now. */
  readonly isAway: boolean;
  /** It is away because it asks to wait: that is no fault of the orders. */
  readonly isBusy: boolean;
}

interface AskingOptions {
  readonly ask: NonNullable<VenuePort['ask']>;
  readonly signal: AbortSignal;
  readonly askMsMax?: number;
}

export interface Asking {
  /** `onStep` is called before each further question. */
  ask(orders: readonly KnownOrder[], onStep: () => Promise<unknown>): Promise<Asked>;
}

type Failed = { readonly reason: string; readonly isBusy: boolean };

/**
 * Asks a venue about orders; a question that fails is asked again in halves, down to the order at fault. A venue that needs
 * too long for many at once is asked about fewer from then on.
 */
export function openAsking({ ask, signal, askMsMax = ASK_MS_MAX }: AskingOptions): Asking {
  let failuresInARow = 0;
  let ordersMax = Infinity;
  const askOnce = async (orders: readonly KnownOrder[]): Promise<readonly Answered[] | Failed> => {
    const timeout = AbortSignal.timeout(askMsMax);
    try {
      const asked = orders.map((order) => order.asked);
      const statements = await ask(asked, AbortSignal.any([signal, timeout]));
      if (statements.length !== orders.length) throw new Error('the venue answered about other orders');
      failuresInARow = 0;
      return orders.map((order, at) => ({ order, statement: statements[at] ?? null }));
    } catch (error) {
      failuresInARow += 1;
      if (timeout.aborted) ordersMax = half(orders);
      return { reason: String(error), isBusy: error instanceof VenueBusy };
    }
  };
  return {
    async ask(orders, onStep) {
      const waiting = [...chunksOf(orders, ordersMax)];
      const answered: Answered[] = [];
      const failures: Failure[] = [];
      const fail = (failed: readonly KnownOrder[], reason: string): void => {
        failures.push(...failed.map(({ id }) => ({ orderId: id, reason })));
      };
      for (let chunk = waiting.shift(); chunk; chunk = waiting.shift()) {
        const result = await askOnce(chunk);
        if (!('reason' in result)) answered.push(...result);
        else if (result.isBusy || signal.aborted || failuresInARow >= FAILURES_IN_A_ROW_MAX) {
          fail([...chunk, ...waiting.flat()], result.reason);
          return { answered, failures, isAway: true, isBusy: result.isBusy };
        } else if (chunk.length === 1) fail(chunk, result.reason);
        else waiting.unshift(...chunksOf(chunk, half(chunk)));
        if (waiting.length > 0) await onStep();
      }
      return { answered, failures, isAway: false, isBusy: false };
    },
  };
}

const half = (orders: readonly KnownOrder[]): number => Math.ceil(orders.length / 2);

function* chunksOf(orders: readonly KnownOrder[], size: number): Generator<readonly KnownOrder[]> {
  for (let at = 0; at < orders.length; at += size) yield orders.slice(at, at + size);
}

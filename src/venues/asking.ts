import type { KnownOrder } from './reconcile.ts';
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
}

interface AskingOptions {
  readonly ask: NonNullable<VenuePort['ask']>;
  readonly signal: AbortSignal;
}

export interface Asking {
  /** `onStep` is called before each further question. */
  ask(orders: readonly KnownOrder[], onStep: () => Promise<unknown>): Promise<Asked>;
}

/** Asks a venue about orders; a question that fails is asked again in halves, down to the order at fault. */
export function openAsking({ ask, signal }: AskingOptions): Asking {
  let failuresInARow = 0;
  const askOnce = async (orders: readonly KnownOrder[]): Promise<readonly Answered[] | { readonly reason: string }> => {
    const timeout = AbortSignal.timeout(ASK_MS_MAX);
    try {
      const asked = orders.map((order) => order.asked);
      const statements = await ask(asked, AbortSignal.any([signal, timeout]));
      if (statements.length !== orders.length) throw new Error('the venue answered about other orders');
      failuresInARow = 0;
      return orders.map((order, at) => ({ order, statement: statements[at] ?? null }));
    } catch (error) {
      // Whoever does not answer in time would not answer the halves either.
      failuresInARow = timeout.aborted ? FAILURES_IN_A_ROW_MAX : failuresInARow + 1;
      return { reason: String(error) };
    }
  };
  return {
    async ask(orders, onStep) {
      const waiting = orders.length === 0 ? [] : [orders];
      const answered: Answered[] = [];
      const failures: Failure[] = [];
      const fail = (failed: readonly KnownOrder[], reason: string): void => {
        failures.push(...failed.map(({ id }) => ({ orderId: id, reason })));
      };
      for (let chunk = waiting.shift(); chunk; chunk = waiting.shift()) {
        const result = await askOnce(chunk);
        if (!('reason' in result)) answered.push(...result);
        else if (signal.aborted || failuresInARow >= FAILURES_IN_A_ROW_MAX) {
          fail([...chunk, ...waiting.flat()], result.reason);
          return { answered, failures, isAway: true };
        } else if (chunk.length === 1) fail(chunk, result.reason);
        else {
          const middle = Math.ceil(chunk.length / 2);
          waiting.unshift(chunk.slice(0, middle), chunk.slice(middle));
        }
        if (waiting.length > 0) await onStep();
      }
      return { answered, failures, isAway: false };
    },
  };
}

import { reasonOf, RefusedError } from './http-line.ts';
import { CannotRunError, type Options } from './options.ts';
import { type Draw, drawFor } from './random.ts';
import type { OrderTerms, Service } from './service.ts';
import { delay, now } from './time.ts';

/** So far from any price that it is never filled: the order rests until it is canceled. */
const RESTING_PRICE = '1';
const RESTING_PERCENT = 20;
const CANCEL_PERCENT = 15;
const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'SPY'] as const;

/** What the run has done to its orders; its own are the only ones that it touches. */
export interface Book {
  readonly placed: string[];
  readonly resting: string[];
  /** Requests without an answer, or with a refusal: for a deployment that restarts meanwhile, no reason to give up. */
  failed: number;
}

export interface Trading {
  readonly service: Service;
  readonly options: Options;
  readonly log: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Places orders at a steady rate until the signal: most at market, some that rest and are canceled later.
 * @throws CannotRunError when the first one is refused, for so would be the rest
 */
export async function trade({ service, options, log, signal }: Trading, book: Book): Promise<void> {
  const { seed, rate } = options;
  const draw = drawFor(seed, 'orders');
  const run = now().toString(36);
  const startedAt = now();
  for (let n = 0; !signal.aborted; n += 1) {
    const clOrdId = `verify-${seed}-${run}-${n}`;
    try {
      await act(service, { book, draw, clOrdId });
    } catch (error) {
      if (n === 0) throw new CannotRunError(`The first order was not taken: ${sentence(error)}.`);
      book.failed += 1;
      log(`${clOrdId} failed: ${sentence(error)}`);
    }
    await delay(Math.max(0, startedAt + ((n + 1) * 1_000) / rate - now()), signal);
  }
}

const sentence = (error: unknown): string => (error instanceof RefusedError ? error.message : reasonOf(error));

interface Act {
  readonly book: Book;
  readonly draw: Draw;
  readonly clOrdId: string;
}

async function act(service: Service, { book, draw, clOrdId }: Act): Promise<void> {
  const roll = draw(1, 100);
  const oldest = roll <= CANCEL_PERCENT ? book.resting.shift() : undefined;
  if (oldest !== undefined) {
    await service.cancel(oldest, clOrdId);
    return;
  }
  const terms = termsOf(draw, roll > 100 - RESTING_PERCENT);
  const orderId = await service.place({ ...terms, clOrdId });
  book.placed.push(orderId);
  if (terms.orderType === 'LIMIT') book.resting.push(orderId);
}

function termsOf(draw: Draw, rests: boolean): Omit<OrderTerms, 'clOrdId'> {
  const symbol = SYMBOLS[draw(0, SYMBOLS.length - 1)] ?? SYMBOLS[0];
  const quantity = String(draw(2, 60) * 10);
  if (rests) return { symbol, quantity, side: 'BUY', orderType: 'LIMIT', price: RESTING_PRICE };
  return { symbol, quantity, side: draw(0, 1) === 0 ? 'BUY' : 'SELL', orderType: 'MARKET', price: null };
}

const SETTLE_POLL_MS = 250;

/** Cancels what still rests, and waits until none of the run's orders is open, or until the time is over. */
export async function settle(service: Service, book: Book, withinMs: number): Promise<void> {
  const until = now() + withinMs;
  const run = now().toString(36);
  for (const [i, orderId] of book.resting.entries()) {
    await service.cancel(orderId, `verify-end-${run}-${i}`).catch(() => (book.failed += 1));
  }
  while (now() < until) {
    const open = await service.openOrders().catch(() => null);
    if (open && !book.placed.some((orderId) => open.has(orderId))) return;
    await delay(SETTLE_POLL_MS);
  }
}

import type { Deps } from '../deps.ts';
import type { Decimal } from '../kernel/decimal.ts';
import { delay } from '../kernel/clock.ts';
import { type Answered, type Failure, openAsking } from './asking.ts';
import { claimSweep, endSweep, ensureSweep, type HeldSweep, holdSweep, type SweepState } from './sweeps.ts';
import type { AskedOrder, VenuePort } from './venue.ts';
import type { VenuePorts } from './venues.ts';

export const ORDERS_PER_ASK = 20;
/** What is left then is for the next sweep, which goes on from there. */
export const ORDERS_PER_SWEEP_MAX = 20_000;
const FAILURES_LOGGED_MAX = 10;
/** How often a process looks whether a sweep is due. */
export const LOOK_MS = 2_000;

/** An order that its venue is asked about. */
export interface KnownOrder {
  readonly id: string;
  readonly asked: AskedOrder;
  /** CumQty as the venue has told it, when that is more than we know of; else null. */
  readonly doubt: Decimal | null;
}

export interface Page {
  readonly orders: readonly KnownOrder[];
  /** The order behind which there may be more; null at the end. */
  readonly last: string | null;
}

/** What came of comparing orders with what their venue says of them, counted. */
export interface Compared {
  /** Something was applied that no message had told. */
  readonly repaired: number;
  /** They differ as before: in quarantine, or to be tried at the next sweep. */
  readonly differing: number;
}

/** Our orders, as whoever keeps them knows them. */
export interface Books {
  readAsked(venue: string, page: { after: string | null; limit: number }): Promise<Page>;
  /** Applies what is news. One order that fails does not stop the others. */
  compare(venue: string, answered: readonly Answered[]): Promise<Compared>;
}

export interface Tally extends Compared {
  readonly asked: number;
  /** The venue does not know them. They are left as they are. */
  readonly unknown: number;
  /** The venue could not be asked about them. */
  readonly failed: number;
}

type ReconcileDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'log'> & { readonly books: Books };

interface Swept {
  readonly venue: string;
  readonly ask: NonNullable<VenuePort['ask']>;
  readonly signal: AbortSignal;
}

/**
 * Compares the orders of every venue that can be asked with what it says of them, now and then, in one process of all: a
 * message that was lost leaves no trace here, and no later one need tell of it.
 */
export function openReconcile(
  deps: ReconcileDeps,
  ports: VenuePorts,
  { intervalMs }: { readonly intervalMs: number },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const watching = [...ports].flatMap(([venue, { ask }]) =>
    ask && intervalMs > 0 ? [watch(deps, { venue, ask, signal }, intervalMs)] : [],
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(watching);
    },
  };
}

async function watch(deps: ReconcileDeps, swept: Swept, intervalMs: number): Promise<void> {
  const { venue, signal } = swept;
  const held = { venue, holder: deps.ids.uuid() };
  const isOver = (): boolean => signal.aborted;
  let isAway = false;
  while (!isOver()) {
    try {
      await ensureSweep(deps.db, venue);
      const claimed = await claimSweep(deps.db, held);
      if (claimed) isAway = await sweep(deps, swept, { held, place: claimed.place, intervalMs, isAway });
    } catch (err) {
      if (!isOver()) deps.log.warn({ err, venue }, 'the orders of the venue could not be compared now');
    }
    await delay(Math.min(LOOK_MS, intervalMs), signal);
  }
}

interface Sweep {
  readonly held: HeldSweep;
  readonly place: string | null;
  readonly intervalMs: number;
  /** The venue could not be asked the last time: that has been logged. */
  readonly isAway: boolean;
}

/** @returns whether the venue can't be asked now */
async function sweep({ log, ...deps }: ReconcileDeps, swept: Swept, at: Sweep): Promise<boolean> {
  const { venue, signal } = swept;
  let state: SweepState = { place: at.place, answeredAt: null };
  const hold = (now: SweepState): Promise<boolean> => holdSweep(deps.db, at.held, (state = now));
  try {
    const { tally, end, reason } = await sweepVenue({ ...deps, log }, swept, { place: at.place, hold });
    state = end;
    if (signal.aborted) return at.isAway;
    if (reason && !at.isAway) log.warn({ venue, reason }, 'the venue can’t be asked about its orders now');
    if (!reason && at.isAway) log.info({ venue }, 'the venue can be asked about its orders again');
    if (tally.repaired > 0) log.warn({ venue, ...tally }, 'orders were repaired: messages of the venue are missing');
    else if (tally.unknown + tally.differing + tally.failed > 0) log.info({ venue, ...tally }, 'orders differ');
    return reason !== null;
  } finally {
    await endSweep(deps.db, at.held, { ...state, nextInMs: signal.aborted ? 0 : at.intervalMs });
  }
}

export interface SweepOptions {
  /** The order behind which the sweep begins. */
  readonly place: string | null;
  /** Told of each step; false when the sweep is another one's by now. */
  readonly hold: (state: SweepState) => Promise<boolean>;
}

export interface SweepResult {
  readonly tally: Tally;
  readonly end: SweepState;
  /** Why the venue can't be asked now; null when it can. */
  readonly reason: string | null;
}

/** One sweep over the orders of a venue: asks in chunks, and hands what the venue says to the books. */
export async function sweepVenue(
  { books, clock, log }: Pick<ReconcileDeps, 'books' | 'clock' | 'log'>,
  { venue, ask, signal }: Swept,
  { place, hold }: SweepOptions,
): Promise<SweepResult> {
  let tally: Tally = { asked: 0, unknown: 0, failed: 0, repaired: 0, differing: 0 };
  let state: SweepState = { place, answeredAt: null };
  const failures: Failure[] = [];
  const asking = openAsking({ ask, signal });
  let [isAway, isOver] = [false, false];
  while (!isOver && !signal.aborted && (await hold(state))) {
    const { orders, last } = await books.readAsked(venue, { after: state.place, limit: ORDERS_PER_ASK });
    const asked = await asking.ask(orders, () => hold(state));
    failures.push(...asked.failures);
    const known = asked.answered.filter(({ statement }) => statement !== null);
    const compared = known.length === 0 ? { repaired: 0, differing: 0 } : await books.compare(venue, known);
    tally = {
      asked: tally.asked + orders.length,
      unknown: tally.unknown + asked.answered.length - known.length,
      failed: failures.length,
      repaired: tally.repaired + compared.repaired,
      differing: tally.differing + compared.differing,
    };
    // Also where the venue was away: orders that it can't be asked about must not keep it from the rest for ever. Where it
    // answered and then asks to wait the next sweep begins with those that are left, or they would always be the last.
    const place = asked.isBusy && state.answeredAt !== null ? state.place : last;
    state = { place, answeredAt: asked.answered.length > 0 ? clock.now() : state.answeredAt };
    isAway = asked.isAway;
    isOver = isAway || last === null || tally.asked >= ORDERS_PER_SWEEP_MAX;
  }
  const reason = isAway || state.answeredAt === null ? (failures.at(-1)?.reason ?? null) : null;
  if (reason === null) {
    for (const failure of failures.slice(0, FAILURES_LOGGED_MAX))
      log.warn({ venue, ...failure }, 'the venue can’t be asked about an order');
  }
  return { tally, end: state, reason };
}

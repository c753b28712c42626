import type { Deps } from '../deps.ts';
import type { Decimal } from '../kernel/decimal.ts';
import { delay } from '../kernel/clock.ts';
import { type Answered, type Asked, type Failure, openAsking } from './asking.ts';
import { openSecondLook } from './second-look.ts';
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
  /** Why it is asked about although it may be over: CumQty as the venue has told it, when that is more than we know of. */
  readonly doubt: { readonly cumQty: Decimal | null } | null;
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
  /** The venue's messages of them may be on their way: nothing was done. */
  readonly behind?: readonly KnownOrder[];
}

/** Our orders, as whoever keeps them knows them. */
export interface Books {
  readAsked(venue: string, page: { after: string | null; limit: number }): Promise<Page>;
  /** Applies what is news. One order that fails does not stop the others. `isFirst`: the venue will be asked once more. */
  compare(venue: string, answered: readonly Answered[], options?: { readonly isFirst: boolean }): Promise<Compared>;
  /** The venue was asked about these, whatever it answered. */
  noteAsked(venue: string, orders: readonly KnownOrder[]): Promise<void>;
}

export interface Tally extends Omit<Compared, 'behind'> {
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

/**
 * One sweep over the orders of a venue: asks in chunks, and hands what the venue says to the books. What was behind is asked
 * about once more before the sweep ends.
 */
export async function sweepVenue(
  { books, clock, log }: Pick<ReconcileDeps, 'books' | 'clock' | 'log'>,
  { venue, ask, signal }: Swept,
  { place, hold }: SweepOptions,
): Promise<SweepResult> {
  let tally: Tally = { asked: 0, unknown: 0, failed: 0, repaired: 0, differing: 0 };
  let state: SweepState = { place, answeredAt: null };
  const failures: Failure[] = [];
  const asking = openAsking({ ask, signal });
  const later = openSecondLook(clock);
  let [isAway, isOver] = [false, false];
  const look = async (orders: readonly KnownOrder[], isFirst: boolean): Promise<Asked> => {
    const asked = await asking.ask(orders, () => hold(state));
    failures.push(...asked.failures);
    const compared = await compareAll(books, { venue, orders, asked, isFirst });
    later.add(compared.behind ?? []);
    tally = {
      asked: tally.asked + (isFirst ? orders.length : 0),
      unknown: tally.unknown + (isFirst ? compared.unknown : 0),
      failed: failures.length,
      repaired: tally.repaired + compared.repaired,
      differing: tally.differing + compared.differing,
    };
    state = { ...state, answeredAt: asked.answered.length > 0 ? clock.now() : state.answeredAt };
    isAway = asked.isAway;
    return asked;
  };
  while (!isOver && !signal.aborted && (await hold(state))) {
    const { orders, last } = await books.readAsked(venue, { after: state.place, limit: ORDERS_PER_ASK });
    const hasAnswered = state.answeredAt !== null;
    const { isBusy } = await look(orders, true);
    // Also where the venue was away: orders that it can't be asked about must not keep it from the rest for ever. Where it
    // answered and then asks to wait the next sweep begins with those that are left, or they would always be the last.
    if (!isBusy || !hasAnswered) state = { ...state, place: last };
    const due = isAway ? [] : later.take(ORDERS_PER_ASK);
    if (due.length > 0) await look(due, false);
    isOver = isAway || last === null || tally.asked >= ORDERS_PER_SWEEP_MAX;
  }
  while (later.size > 0 && !isAway && !signal.aborted && (await hold(state))) {
    const waitMs = later.waitMs();
    if (waitMs > 0) await delay(waitMs, signal);
    await look(later.take(ORDERS_PER_ASK), false);
  }
  tally = { ...tally, differing: tally.differing + later.size };
  const reason = isAway || state.answeredAt === null ? (failures.at(-1)?.reason ?? null) : null;
  if (reason === null) {
    for (const failure of failures.slice(0, FAILURES_LOGGED_MAX))
      log.warn({ venue, ...failure }, 'the venue can’t be asked about an order');
  }
  return { tally, end: state, reason };
}

interface Look {
  readonly venue: string;
  readonly orders: readonly KnownOrder[];
  readonly asked: Asked;
  readonly isFirst: boolean;
}

async function compareAll(
  books: Books,
  { venue, orders, asked: { answered, isAway }, isFirst }: Look,
): Promise<Compared & { readonly unknown: number }> {
  const known = answered.filter(({ statement }) => statement !== null);
  const compared = known.length === 0 ? { repaired: 0, differing: 0 } : await books.compare(venue, known, { isFirst });
  // Of a venue that is away it is not known what it would have said.
  if (isFirst) await books.noteAsked(venue, isAway ? answered.map(({ order }) => order) : orders);
  return { ...compared, unknown: answered.length - known.length };
}

import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { every } from '../kernel/clock.ts';

export const SWEEP_MS = 10 * 60_000;
/** Heads that one transaction looks at, and so the most that it holds, for a millisecond or two. */
export const SWEEP_HEADS_MAX = 100;
/** Of several processes one sweeps at a time: whoever finds the lock taken leaves it to the other. */
const SWEEP_LOCK = 1_718_775_661;
const DAY_MS = 24 * 3_600_000;

/** How far back a stream can be resumed. Rows about orders stay whatever it says. */
export interface Retention {
  readonly days: number;
  readonly eventsPerUser: number;
}

type SweepDeps = Pick<Deps, 'db' | 'clock'>;

/** Moves the place from which streams can be resumed, now and then, as long as it is open. */
export function openRetention(
  { log, ...deps }: SweepDeps & Pick<Deps, 'log'>,
  retention: Retention,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  const sweep = async (): Promise<void> => {
    try {
      const moved = await sweepRetention(deps, retention, stopping.signal);
      if (moved > 0) log.info({ streams: moved }, 'old events can no longer be resumed from');
    } catch (err) {
      if (!stopping.signal.aborted) log.warn({ err }, 'the retention could not be kept now');
    }
  };
  const timer = every(SWEEP_MS, () => {
    running ??= sweep().finally(() => (running = null));
  });
  return {
    async stop() {
      timer[Symbol.dispose]();
      stopping.abort();
      await running;
    },
  };
}

/**
 * Moves `retained_from` of every stream up to what the age and the count allow, never back, and never past the head or a
 * consumer's checkpoint.
 * @returns how many streams were moved; a head that another transaction holds is left for the next sweep
 */
export async function sweepRetention(
  { db, clock }: SweepDeps,
  { days, eventsPerUser }: Retention,
  signal?: AbortSignal,
): Promise<number> {
  const bounds = { cutoff: new Date(clock.now().getTime() - days * DAY_MS), eventsPerUser };
  let moved = 0;
  for (let after: string | null = ''; after !== null && !signal?.aborted;) {
    const from: string = after;
    const batch = await inTransaction(db, (tx) => sweepBatch(tx, from, bounds));
    moved += batch.moved;
    after = batch.next;
  }
  return moved;
}

interface Bounds {
  readonly cutoff: Date;
  readonly eventsPerUser: number;
}

interface Cut {
  readonly user_id: string;
  readonly retained_from: bigint;
  readonly cut: bigint;
}

/** `next` is the user after whom the next batch begins; null when there is none, or when another process sweeps. */
async function sweepBatch(tx: Tx, after: string, bounds: Bounds): Promise<{ moved: number; next: string | null }> {
  const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`SELECT pg_try_advisory_xact_lock(${SWEEP_LOCK}) AS taken`;
  if (!lock?.taken) return { moved: 0, next: null };
  const cuts = await readCuts(tx, after, bounds);
  const due = cuts.filter(({ cut, retained_from: from }) => cut > from);
  const moved = due.length === 0 ? 0 : await moveHeads(tx, due);
  return { moved, next: cuts.length < SWEEP_HEADS_MAX ? null : (cuts.at(-1)?.user_id ?? null) };
}

/**
 * Where each stream may be cut. Offsets have no holes and their times rise, so the last event before the cutoff is found
 * by halving, with a look at one row each time: the log needs no index by time, which every event would pay for.
 */
function readCuts(tx: Tx, after: string, { cutoff, eventsPerUser }: Bounds): Promise<readonly Cut[]> {
  return tx.$queryRaw<Cut[]>`
    WITH RECURSIVE head AS (
      SELECT user_id, "offset", retained_from FROM stream_heads WHERE user_id > ${after}
      ORDER BY user_id LIMIT ${SWEEP_HEADS_MAX}
    ), halved AS (
      SELECT head.user_id, retained_from AS low, head."offset" AS high
      FROM head JOIN stream_events AS oldest
        ON oldest.user_id = head.user_id AND oldest."offset" = retained_from + 1 AND committed_at < ${cutoff}
      UNION ALL
      SELECT halved.user_id, CASE WHEN committed_at < ${cutoff} THEN middle ELSE low END,
        CASE WHEN committed_at < ${cutoff} THEN high ELSE middle - 1 END
      FROM halved CROSS JOIN LATERAL (SELECT (low + high + 1) / 2 AS middle) AS half
      LEFT JOIN stream_events AS event ON event.user_id = halved.user_id AND event."offset" = middle
      WHERE low < high
    )
    SELECT head.user_id, retained_from,
      least(
        greatest(retained_from, "offset" - ${eventsPerUser}, (SELECT low FROM halved WHERE halved.user_id = head.user_id AND low = high)),
        (SELECT min("offset") FROM consumer_checkpoints AS kept WHERE kept.user_id = head.user_id)
      ) AS cut
    FROM head ORDER BY user_id`;
}

/** Waits for no row and lets go of them without waiting for the disk: what a crash undoes, the next sweep does again. */
async function moveHeads(tx: Tx, cuts: readonly Cut[]): Promise<number> {
  await tx.$executeRaw`SET LOCAL synchronous_commit = off`;
  return await tx.$executeRaw`
    UPDATE stream_heads AS head SET retained_from = due.cut
    FROM (
      SELECT user_id, cut FROM stream_heads
      JOIN unnest(${cuts.map(({ user_id }) => user_id)}::text[], ${cuts.map(({ cut }) => cut)}::bigint[]) AS asked (id, cut)
        ON asked.id = user_id
      ORDER BY user_id FOR UPDATE OF stream_heads SKIP LOCKED
    ) AS due
    WHERE head.user_id = due.user_id AND head.retained_from < due.cut`;
}

import { inTransaction, isDatabaseAway, isLockTimeout, isUnanswered } from '../db/transaction.ts';
import { isTableLocked } from '../db/locks.ts';
import type { Deps } from '../deps.ts';
import { applyDeliveries } from './apply.ts';
import { accountsOf, takeBatch, type Waiting, weight } from './batch.ts';
import type { Delivery, Outcome } from './delivery.ts';
import type { Confirming } from './confirm.ts';
import type { Replay } from './replay.ts';

export const LANES = 2;
/** Groups of deliveries that wait for a locked row, each in a transaction of its own. */
export const PATIENT_GROUPS_MAX = 4;
/** Reports that may wait in one process; more are refused, and the venue retries. */
export const WAITING_REPORTS_MAX = 20_000;
export const RETRY_AFTER_SECONDS = 1;
/** A failed batch is done again in halves for so long; then what is left is refused, and the venue sends it again. */
export const HALVING_MS_MAX = 4_000;

/** The delivery was not taken, nothing of it is stored; the venue should send it again. */
export class UnavailableError extends Error {
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
}

export interface GroupCommit {
  /** Resolves once the delivery is committed. @throws UnavailableError */
  submit(delivery: Delivery): Promise<Outcome>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

interface GroupCommitDeps extends Pick<Deps, 'db' | 'bus' | 'clock' | 'ids' | 'log'> {
  readonly replay: Pick<Replay, 'committed'>;
  readonly confirming?: Pick<Confirming, 'look'>;
}

interface State {
  readonly deps: GroupCommitDeps;
  readonly waiting: Waiting[];
  lanesRunning: number;
  /** The accounts that a lane has in flight. */
  readonly busy: Set<string>;
  /** What waits for a row that another transaction holds, by that row. */
  readonly patient: Map<string, Waiting[]>;
  patientRunning: number;
  readonly inFlight: Set<Promise<void>>;
  waitingReports: number;
}

/**
 * While the transactions of the lanes are in flight, deliveries wait; then all that wait go into the next one, but for
 * those of an account that another lane has in flight: the lanes never wait for each other's locks. A delivery
 * whose rows are locked elsewhere leaves the batch and waits for them with its like; a batch that fails is done again
 * in halves, down to the delivery at fault.
 */
export function createGroupCommit(deps: GroupCommitDeps): GroupCommit {
  const state: State = {
    ...{ deps, waiting: [], lanesRunning: 0, patientRunning: 0, waitingReports: 0 },
    busy: new Set(),
    patient: new Map(),
    inFlight: new Set(),
  };
  return {
    submit: (delivery) => submit(state, delivery),
    drained: async () => {
      while (state.inFlight.size > 0) await Promise.all(state.inFlight);
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

async function submit(state: State, delivery: Delivery): Promise<Outcome> {
  if (state.waitingReports >= WAITING_REPORTS_MAX) throw new UnavailableError('too many reports wait');
  const size = weight(delivery);
  state.waitingReports += size;
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      state.waiting.push({ delivery, accounts: accountsOf(delivery), resolve, reject });
      startLanes(state);
    });
  } finally {
    state.waitingReports -= size;
  }
}

function track(state: State, work: Promise<void>): void {
  const tracked = work.finally(() => state.inFlight.delete(tracked));
  state.inFlight.add(tracked);
}

function startLanes(state: State): void {
  while (state.lanesRunning < LANES) {
    const batch = takeBatch(state.waiting, state.busy);
    if (batch.length === 0) return;
    const accounts = batch.flatMap((item) => item.accounts);
    for (const account of accounts) state.busy.add(account);
    state.lanesRunning += 1;
    const work = commit(state, batch, attemptOf(state, 'skip')).finally(() => {
      for (const account of accounts) state.busy.delete(account);
      state.lanesRunning -= 1;
      startLanes(state);
    });
    track(state, work);
  }
}

const attemptOf = ({ deps }: State, mode: Attempt['mode']): Attempt => ({
  mode,
  until: deps.clock.now().getTime() + HALVING_MS_MAX,
});

interface Attempt {
  readonly mode: 'wait' | 'skip';
  /** When halving ends, in milliseconds since the epoch. */
  readonly until: number;
}

async function commit(state: State, items: readonly Waiting[], attempt: Attempt): Promise<void> {
  const { db, bus, replay, confirming } = state.deps;
  const deliveries = items.map(({ delivery }) => delivery);
  try {
    const applied = await inTransaction(db, (tx) =>
      applyDeliveries(tx, deliveries, { ...state.deps, mode: attempt.mode }),
    );
    bus.publish(applied.events);
    replay.committed(applied.hasSetAside);
    if (applied.hasClaims) confirming?.look();
    for (const item of items) {
      const outcome = applied.outcomes.get(item.delivery);
      if (outcome) item.resolve(outcome);
      else joinPatient(state, applied.blocked.get(item.delivery) ?? '', item);
    }
  } catch (error) {
    await retryHalves(state, items, { ...attempt, error });
  }
}

async function retryHalves(
  state: State,
  items: readonly Waiting[],
  { error, ...attempt }: Attempt & { readonly error: unknown },
): Promise<void> {
  const allWaitForOneRow = attempt.mode === 'wait' && isLockTimeout(error);
  const isInTime = state.deps.clock.now().getTime() < attempt.until;
  // Halves of the batch, and whoever waits behind it, would wait for the table as long again.
  const isForTable = isLockTimeout(error) && (await isTableLocked(state.deps.db).catch(() => false));
  if (items.length > 1 && !allWaitForOneRow && !isForTable && isInTime && !isDatabaseAway(error)) {
    const middle = Math.ceil(items.length / 2);
    await commit(state, items.slice(0, middle), attempt);
    await commit(state, items.slice(middle), attempt);
    return;
  }
  const venue = items[0]?.delivery.venue;
  state.deps.log.warn({ err: error, deliveries: items.length, venue }, 'deliveries not committed');
  refuse(items);
  // What waited behind a time-out does not wait for the next one: its sender would give up meanwhile.
  if (isUnanswered(error) || isForTable) refuse(takeWaiting(state));
}

function takeWaiting(state: State): readonly Waiting[] {
  const waiting = [...state.waiting.splice(0), ...[...state.patient.values()].flat()];
  state.patient.clear();
  return waiting;
}

function refuse(items: readonly Waiting[]): void {
  for (const { reject } of items) reject(new UnavailableError('the delivery could not be committed now'));
}

async function runPatient(state: State, group: Waiting[]): Promise<void> {
  while (group.length > 0) await commit(state, takeBatch(group, NONE), attemptOf(state, 'wait'));
}

function joinPatient(state: State, row: string, item: Waiting): void {
  const group = state.patient.get(row);
  if (group) group.push(item);
  else state.patient.set(row, [item]);
  startPatient(state);
}

function startPatient(state: State): void {
  for (const [row, group] of state.patient) {
    if (state.patientRunning >= PATIENT_GROUPS_MAX) return;
    state.patient.delete(row);
    state.patientRunning += 1;
    const work = runPatient(state, group).finally(() => {
      state.patientRunning -= 1;
      startPatient(state);
    });
    track(state, work);
  }
}

import { setMaxListeners } from 'node:events';
import { delay, every, type Clock } from '../../kernel/clock.ts';
import {
  admitChange,
  applyChange,
  applyScenario,
  place,
  takeUp,
  wakeOrder,
  type Admission,
  type Book,
} from './book.ts';
import type { PaperLog } from './log.ts';
import type { ChangeRequest, PlaceRequest, TakeUpRequest } from './order.ts';
import type { Outcome } from './report.ts';
import type { Sender } from './sender.ts';
import type { ScenarioRequest } from './wire.ts';

/** How fast the exchange goes. */
export interface Pacing {
  /** From a request to its acknowledgement. */
  readonly ackDelayMs: number;
  /** From the acknowledgement to the first part, and from part to part. */
  readonly partDelayMs: number;
  /** From price to price, for orders that rest. */
  readonly tickMs: number;
}

export interface DeskOptions {
  readonly book: Book;
  readonly sender: Sender;
  readonly pacing: Pacing;
  readonly clock: Clock;
  readonly log: PaperLog;
}

/** Gives the book its time: requests come in, their moments pass, and what is to be told goes to the sender. */
export interface Desk {
  place(request: PlaceRequest): Admission;
  change(request: ChangeRequest): Admission;
  takeUp(requests: readonly TakeUpRequest[]): void;
  /** False when it is too late for it. */
  instruct(request: ScenarioRequest): boolean;
  stop(): void;
}

/** While the service takes no reports, no more orders are taken than leave this many waiting. */
const PENDING_REPORTS_MAX = 50_000;
const PENDING_CHANGES_MAX = 10_000;

interface State extends DeskOptions {
  /** Orders that will be woken by a moment of their own: one at most for each. */
  readonly pendingWakes: Set<number>;
  readonly signal: AbortSignal;
  pendingChanges: number;
}

export function openDesk(options: DeskOptions): Desk {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const state: State = { ...options, pendingWakes: new Set(), signal: stopping.signal, pendingChanges: 0 };
  const { book, pacing } = state;
  const ticking = every(pacing.tickMs, () => {
    for (const number of [...book.resting]) guarded(state, () => publish(state, wakeOrder(book, number)));
  });
  return {
    place: (request) => {
      if (isOverloaded(state)) return { status: 'FULL' };
      const admission = place(book, request);
      if (admission.status === 'TAKEN') wakeAfter(state, admission.number, pacing.ackDelayMs);
      return admission;
    },
    change: (request) => {
      if (isOverloaded(state)) return { status: 'FULL' };
      const admission = admitChange(book, request);
      if (admission.status === 'TAKEN') changeLater(state, admission.number, request);
      return admission;
    },
    takeUp: (requests) => {
      for (const request of requests) {
        const number = takeUp(book, request);
        if (number !== null) wakeAfter(state, number, request.accepted ? pacing.partDelayMs : pacing.ackDelayMs);
      }
    },
    instruct: ({ account, clOrdId, scenario, text }) => {
      const done = applyScenario(book, { account, clOrdId }, { kind: scenario, text });
      if (done.status === 'LATE') return false;
      publish(state, done.outcome);
      return true;
    },
    stop: () => {
      stopping.abort();
      ticking[Symbol.dispose]();
    },
  };
}

function isOverloaded({ sender, pendingChanges }: State): boolean {
  return pendingChanges >= PENDING_CHANGES_MAX || sender.pendingCount() >= PENDING_REPORTS_MAX;
}

function wakeAfter(state: State, number: number, milliseconds: number): void {
  if (state.pendingWakes.has(number)) return;
  state.pendingWakes.add(number);
  void later(state, milliseconds, () => {
    state.pendingWakes.delete(number);
    publish(state, wakeOrder(state.book, number));
  });
}

function changeLater(state: State, number: number, request: ChangeRequest): void {
  state.pendingChanges += 1;
  void later(state, state.pacing.ackDelayMs, () => {
    state.pendingChanges -= 1;
    publish(state, applyChange(state.book, number, request));
  });
}

async function later(state: State, milliseconds: number, task: () => void): Promise<void> {
  await delay(milliseconds, state.signal);
  if (!state.signal.aborted) guarded(state, task);
}

/** A fault of ours in one order must not end the process that the exchange runs in. */
function guarded({ log }: State, task: () => void): void {
  try {
    task();
  } catch (error) {
    log.warn({ error: String(error) }, 'the exchange failed to go on with an order');
  }
}

function publish(state: State, outcome: Outcome | null): void {
  if (!outcome) return;
  const { order, reports } = outcome;
  const timestamp = state.clock.now().toISOString();
  for (const report of reports) {
    const data = { ...report, transactTime: timestamp };
    const body = JSON.stringify({ type: 'execution.reported', timestamp, data });
    state.sender.push(order.number, { id: report.execId, body });
  }
  if (order.phase === 'WORKING') wakeAfter(state, order.number, state.pacing.partDelayMs);
}

import { setMaxListeners } from 'node:events';
import { delay, every, type Clock } from '../../kernel/clock.ts';
import { admitChange, applyChange, applyDelivery, applyScenario, applyScript } from './book.ts';
import { place, takeUp, wakeOrder, type Admission } from './book.ts';
import { openDispatcher, type Dispatcher } from './dispatch.ts';
import type { ExchangeFaults } from './faults.ts';
import { pauseMs } from './life.ts';
import type { PaperLog } from './log.ts';
import type { Book, Settled } from './memory.ts';
import type { ChangeRequest, PlaceRequest, TakeUpRequest } from './order.ts';
import { record, statementOf, type OrderName, type Statement } from './record.ts';
import type { Outcome } from './report.ts';
import type { Sender } from './sender.ts';
import type { ScenarioRequest } from './wire-scenario.ts';

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
  readonly faults: ExchangeFaults;
  readonly clock: Clock;
  readonly log: PaperLog;
}

/** Gives the book its time: requests come in, their moments pass, and what is to be told goes to the sender. */
export interface Desk {
  place(request: PlaceRequest): Admission;
  change(request: ChangeRequest): Admission;
  takeUp(requests: readonly TakeUpRequest[]): void;
  /** Null, or why it can't be done any more. */
  instruct(request: ScenarioRequest): string | null;
  setFaults(faults: ExchangeFaults): void;
  /** What the exchange knows of an order; null when it does not know it. */
  ask(order: OrderName): Statement | null;
  stop(): void;
}

/** While the service takes no reports, no more orders are taken than leave this many waiting. */
const PENDING_REPORTS_MAX = 50_000;
const PENDING_CHANGES_MAX = 10_000;

interface State extends DeskOptions {
  /** Orders that will be woken by a moment of their own: one at most for each, which another one may take the place of. */
  readonly pendingWakes: Map<number, object>;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  pendingChanges: number;
}

export function openDesk(options: DeskOptions): Desk {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const { book, pacing } = options;
  const { signal } = stopping;
  const dispatcher = openDispatcher({ ...options, seed: book.venue.seed, signal }, options.faults);
  book.rejectRate = options.faults.rejectRate;
  const state: State = { ...options, dispatcher, pendingWakes: new Map(), signal, pendingChanges: 0 };
  const ticking = every(pacing.tickMs, () => {
    for (const number of [...book.resting]) guarded(state, () => publish(state, wakeOrder(book, number)));
  });
  return {
    place: (request) => {
      if (isOverloaded(state)) return { status: 'FULL' };
      const admission = place(book, request);
      if (admission.status === 'TAKEN')
        wakeAfter(state, admission.number, pauseOf(book, admission.number, pacing.ackDelayMs));
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
        if (number === null) continue;
        wakeAfter(state, number, pauseOf(book, number, request.accepted ? pacing.partDelayMs : pacing.ackDelayMs));
      }
    },
    instruct: (request) => instruct(state, request),
    setFaults: (faults) => {
      dispatcher.faults = faults;
      book.rejectRate = faults.rejectRate;
    },
    ask: (order) => statementOf(book, order),
    stop: () => {
      stopping.abort();
      ticking[Symbol.dispose]();
    },
  };
}

function isOverloaded({ sender, pendingChanges }: State): boolean {
  return pendingChanges >= PENDING_CHANGES_MAX || sender.pendingCount() >= PENDING_REPORTS_MAX;
}

function instruct(state: State, { account, clOrdId, scenario, text, steps, delivery }: ScenarioRequest): string | null {
  const { book } = state;
  const target = { account, clOrdId };
  if (steps) {
    const done = applyScript(book, target, steps);
    if (done.status === 'REFUSED') return done.text;
    const order = done.outcome?.order;
    // Its first step comes at its own time, whatever the market was about to do with the order.
    if (order) state.pendingWakes.delete(order.number);
    if (order) wakeAfter(state, order.number, pauseMs(order, 0));
  }
  if (scenario) {
    const done = applyScenario(book, target, { kind: scenario, text });
    if (done.status === 'LATE') return 'too late: the order is past it';
    publish(state, done.outcome);
  }
  if (delivery) applyDelivery(book, target, delivery);
  return null;
}

function pauseOf({ orders }: Book, number: number, usualMs: number): number {
  const order = orders.get(number);
  return (order && pauseMs(order, usualMs)) ?? usualMs;
}

/** Null: nothing but the price, a request or an instruction wakes it. */
function wakeAfter(state: State, number: number, milliseconds: number | null): void {
  if (milliseconds === null || state.pendingWakes.has(number)) return;
  const moment = {};
  state.pendingWakes.set(number, moment);
  void later(state, milliseconds, () => {
    if (state.pendingWakes.get(number) !== moment) return;
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

function publish(state: State, settled: Settled | null): void {
  if (!settled) return;
  tell(state, settled);
  for (const other of settled.others) tell(state, other);
}

/** What was told is on record before it goes out, and so is what never goes out. */
function tell(state: State, { order, reports, skipped }: Outcome): void {
  const { number } = order;
  const transactTime = state.clock.now().toISOString();
  const stamped = reports.map((report) => ({ ...report, transactTime }));
  record(state.book, number, stamped);
  state.dispatcher.send(order, stamped);
  for (const step of skipped)
    state.log.warn({ venueOrderId: order.venueOrderId, step }, 'a step of a script was left out');
  wakeAfter(state, number, pauseMs(order, state.pacing.partDelayMs));
}

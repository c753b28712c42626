import { setMaxListeners } from 'node:events';
import { ExponentialBackoff, halfJitterGenerator } from 'cockatiel';
import { Webhook } from 'standardwebhooks';
import { delay, type Clock, withinTime } from '../../kernel/clock.ts';
import type { PaperLog } from './log.ts';

/** One webhook: the same id and body however often it is tried. */
export interface Delivery {
  /** The `webhook-id`: without a dot. */
  readonly id: string;
  readonly body: string;
  /** Not before this moment, in milliseconds of the clock; at once unless told. */
  readonly dueAt?: number;
}

export interface SenderOptions {
  readonly webhookUrl: string;
  /** In `whsec_` form. */
  readonly secret: string;
  readonly clock: Clock;
  readonly log: PaperLog;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

/** Delivers webhooks as Standard Webhooks. Those of one lane arrive in order, one at a time. */
export interface Sender {
  push(lane: number, delivery: Delivery): void;
  /** Deliveries that are not through yet. */
  pendingCount(): number;
  /** Aborts what is under way; what is not through by then is lost. */
  stop(): Promise<void>;
}

const TRIES_AT_ONCE_MAX = 16;
const TRY_TIMEOUT_MS = 15_000;
const RETRY_AFTER_MAX_MS = 60_000;

interface Lane {
  readonly deliveries: Delivery[];
  readonly ended: Promise<void>;
}

interface State extends SenderOptions {
  readonly webhook: Webhook;
  readonly lanes: Map<number, Lane>;
  readonly gate: Gate;
  readonly signal: AbortSignal;
  pendingCount: number;
}

/** @throws when the secret can't be read. */
export function openSender(options: SenderOptions): Sender {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const state: State = {
    ...options,
    webhook: new Webhook(options.secret),
    lanes: new Map(),
    gate: openGate(TRIES_AT_ONCE_MAX),
    signal: stopping.signal,
    pendingCount: 0,
  };
  return {
    push: (lane, delivery) => {
      if (stopping.signal.aborted) return;
      state.pendingCount += 1;
      const waiting = state.lanes.get(lane);
      if (waiting) {
        waiting.deliveries.push(delivery);
        return;
      }
      const deliveries = [delivery];
      state.lanes.set(lane, { deliveries, ended: runLane(state, lane, deliveries) });
    },
    pendingCount: () => state.pendingCount,
    stop: async () => {
      stopping.abort();
      await Promise.all([...state.lanes.values()].map(({ ended }) => ended));
    },
  };
}

async function runLane(state: State, lane: number, deliveries: Delivery[]): Promise<void> {
  for (let next = deliveries[0]; next && !state.signal.aborted; next = deliveries[0]) {
    const aheadMs = (next.dueAt ?? 0) - state.clock.now().getTime();
    if (aheadMs > 0) await delay(aheadMs, state.signal);
    await deliver(state, next);
    deliveries.shift();
    state.pendingCount -= 1;
  }
  state.lanes.delete(lane);
}

/** Tries until the delivery is through or refused for good, as a venue would. */
async function deliver(state: State, delivery: Delivery): Promise<void> {
  const { retryMinMs, retryMaxMs, signal } = state;
  // The jitter only spreads the load: which delivery comes next does not depend on it.
  const options = { initialDelay: retryMinMs, maxDelay: retryMaxMs, generator: halfJitterGenerator };
  let backoff = new ExponentialBackoff(options).next();
  for (;;) {
    const retryAfterMs = await state.gate.pass(() => tryOnce(state, delivery));
    if (retryAfterMs === null || signal.aborted) return;
    await delay(Math.max(backoff.duration, retryAfterMs), signal);
    backoff = backoff.next(undefined);
  }
}

/** Null when there is nothing more to do; otherwise the time that the receiver asks to wait at least. */
async function tryOnce(state: State, { id, body }: Delivery): Promise<number | null> {
  const { webhookUrl, webhook, clock, log, signal } = state;
  if (signal.aborted) return null;
  const now = clock.now();
  try {
    const response = await fetch(webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': webhook.sign(id, now, body),
      },
      body,
      redirect: 'manual',
      signal: withinTime(TRY_TIMEOUT_MS, signal),
    });
    await response.arrayBuffer();
    const { status } = response;
    if (response.ok) return null;
    if (status === 429 || status >= 500) {
      log.debug({ id, status }, 'webhook is tried again');
      return retryAfter(response.headers.get('retry-after'), now);
    }
    log.warn({ id, status }, 'webhook was refused and is dropped');
    return null;
  } catch (error) {
    log.debug({ id, error: String(error) }, 'webhook did not get through and is tried again');
    return 0;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds and within bounds. */
function retryAfter(header: string | null, now: Date): number {
  if (header === null) return 0;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(milliseconds) ? 0 : Math.min(Math.max(milliseconds, 0), RETRY_AFTER_MAX_MS);
}

/** Lets a bounded number of tasks run at once; the others wait in order. */
interface Gate {
  pass<Result>(task: () => Promise<Result>): Promise<Result>;
}

function openGate(tasksMax: number): Gate {
  const waiting: (() => void)[] = [];
  let free = tasksMax;
  return {
    pass: async (task) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}

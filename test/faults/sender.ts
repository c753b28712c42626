import { setMaxListeners } from 'node:events';
import { Agent, request } from 'node:http';
import type { Acknowledged } from '../../src/verify/history.ts';
import type { Dice } from './dice.ts';
import { webhookHeaders } from './keys.ts';
import { pause } from './time.ts';
import type { Delivery, Workload } from './workload.ts';

/** One try of a delivery. `status` 0: no answer came. */
export interface Attempt {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
  readonly hasRetryAfter: boolean;
}

/** The venue: posts at a steady rate, and each delivery again until it is taken. */
export interface Sender {
  readonly acknowledged: readonly Acknowledged[];
  readonly attempts: readonly Attempt[];
  /** What the service answered that it must not. */
  readonly faults: readonly string[];
  /** Events that were handed out so far. */
  events(): number;
  /** Opens no more than `events` and resolves when every delivery is taken, or with false when that takes too long. */
  finish(events: number, withinMs: number): Promise<boolean>;
  stop(): void;
}

interface SenderOptions {
  readonly url: string;
  readonly workload: Workload;
  readonly rate: number;
  readonly dice: Dice;
}

const TICK_MS = 10;
const IN_FLIGHT_MAX = 100;
/** After this a sender gives an attempt up, as the specification of Standard Webhooks advises. */
export const ATTEMPT_LIMIT_MS = 15_000;
const BACKOFF_MS = 100;
const BACKOFF_MS_MAX = 1_000;
const FAULTS_MAX = 20;
/** Of a hundred deliveries: sent twice at once, again later, and its reports again under another delivery id. */
const DUPLICATES_PERCENT = { atOnce: 2, later: 3, renamed: 5 };

interface State {
  readonly options: SenderOptions;
  readonly agent: Agent;
  readonly target: URL;
  readonly acknowledged: Acknowledged[];
  readonly attempts: Attempt[];
  readonly faults: string[];
  readonly stopping: AbortController;
  readonly inFlight: Set<Promise<void>>;
  events: number;
  eventsMax: number;
}

export function openSender(options: SenderOptions): Sender {
  const state: State = {
    ...{ options, acknowledged: [], attempts: [], faults: [], events: 0, eventsMax: Number.POSITIVE_INFINITY },
    agent: new Agent({ keepAlive: true, maxSockets: 2 * IN_FLIGHT_MAX, noDelay: true }),
    target: new URL('/webhooks/standard', options.url),
    stopping: new AbortController(),
    inFlight: new Set(),
  };
  setMaxListeners(0, state.stopping.signal);
  const producing = produce(state);
  return {
    ...{ acknowledged: state.acknowledged, attempts: state.attempts, faults: state.faults },
    events: () => state.events,
    async finish(events, withinMs) {
      state.eventsMax = events;
      const over = new AbortController();
      const all = producing.then(async () => {
        while (state.inFlight.size > 0) await Promise.all(state.inFlight);
        return true;
      });
      const done = await Promise.race([all, pause(withinMs, over.signal).then(() => false)]);
      over.abort();
      return done;
    },
    stop() {
      state.stopping.abort();
      state.agent.destroy();
    },
  };
}

async function produce(state: State): Promise<void> {
  const { workload, rate, dice } = state.options;
  const draws = dice.of('duplicates');
  const from = performance.now();
  while (!state.stopping.signal.aborted && state.events < state.eventsMax) {
    const due = Math.min(((performance.now() - from) / 1_000) * rate, state.eventsMax);
    while (state.events < due && state.inFlight.size < IN_FLIGHT_MAX) {
      const { delivery, taken } = workload.next();
      state.events += delivery.execIds.length;
      track(state, live(state, delivery, draws).then(taken));
    }
    await pause(TICK_MS);
  }
}

function track(state: State, work: Promise<void>): void {
  const tracked = work.finally(() => state.inFlight.delete(tracked));
  state.inFlight.add(tracked);
}

async function live(state: State, delivery: Delivery, draws: Dice): Promise<void> {
  const isDoubled = draws.percent(DUPLICATES_PERCENT.atOnce);
  await Promise.all([deliver(state, delivery), isDoubled && deliver(state, delivery)]);
  if (draws.percent(DUPLICATES_PERCENT.later)) track(state, deliver(state, delivery));
  if (draws.percent(DUPLICATES_PERCENT.renamed)) track(state, deliver(state, { ...delivery, id: `${delivery.id}-r` }));
}

/** Until it is taken; an answer that no retry can better is a fault. */
async function deliver(state: State, delivery: Delivery): Promise<void> {
  const { signal } = state.stopping;
  for (let tries = 0; !signal.aborted; tries++) {
    const { status, retryAfterMs, text } = await post(state, delivery);
    if (status === 200) {
      accept(state, delivery, text);
      return;
    }
    if (![0, 401, 429].includes(status) && status < 500)
      fault(state, `delivery ${delivery.id} was answered with ${status} ${text}`);
    const backoffMs = Math.min(BACKOFF_MS * 2 ** Math.min(tries, 10), BACKOFF_MS_MAX);
    await pause(retryAfterMs ?? backoffMs, signal);
  }
}

function accept(state: State, { id, user, reports, execIds }: Delivery, text: string): void {
  state.acknowledged.push({ deliveryId: id, user, execIds, at: Date.now() });
  const { accepted, duplicates } = JSON.parse(text) as { accepted: number; duplicates: number };
  if (accepted + duplicates !== reports) fault(state, `delivery ${id} was answered with 200 ${text}`);
}

function fault({ faults }: State, text: string): void {
  if (faults.length < FAULTS_MAX) faults.push(text);
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | null;
}

async function post(state: State, { id, body }: Delivery): Promise<Answer> {
  const startedAt = Date.now();
  const answer = await exchange(state, webhookHeaders(id, body), body);
  const { status, retryAfterMs } = answer;
  if (!state.stopping.signal.aborted)
    state.attempts.push({ startedAt, endedAt: Date.now(), status, hasRetryAfter: retryAfterMs !== null });
  return answer;
}

function exchange({ target, agent }: State, headers: Record<string, string | number>, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    const lost = (): void => resolve({ status: 0, text: '', retryAfterMs: null });
    const sent = request(target, { agent, method: 'POST', headers, timeout: ATTEMPT_LIMIT_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', lost);
      response.on('end', () => {
        const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
        const retryAfterMs = Number.isNaN(seconds) ? null : seconds * 1_000;
        resolve({ status: response.statusCode ?? 0, text, retryAfterMs });
      });
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', lost);
    sent.end(body);
  });
}

import { check } from './check.ts';
import { offsetOf } from './cursor.ts';
import { cutAtRandom } from './cut.ts';
import type { ClientHistory, Transport } from './history.ts';
import type { Options } from './options.ts';
import { drawFor } from './random.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import { openService } from './service.ts';
import { byOurClock } from './skew.ts';
import { delay, now } from './time.ts';
import { type Book, settle, trade } from './trade.ts';
import { readTruth } from './truth.ts';
import type { Verdict } from './verdict.ts';

const TRANSPORTS = ['ws', 'graphql-sse', 'sse', 'poll'] as const satisfies readonly Transport[];
/** One client stays with each transport; as many take the next one each time, and so leave by one and come back by another. */
const CLIENTS: readonly { readonly name: string; readonly transport: readonly Transport[] }[] = TRANSPORTS.flatMap(
  (transport, i) => [
    { name: transport, transport: [transport] },
    { name: `mixed ${i + 1}`, transport: [...TRANSPORTS.slice(i), ...TRANSPORTS.slice(0, i)] },
  ],
);
/** A market order of the simulated exchange is filled in parts, over seconds. */
const SETTLE_WITHIN_MS = 15_000;
const OPEN_WITHIN_MS = 10_000;
const ANSWERED_WITHIN_MS = 10_000;
const RETRY_MS = 500;
const POLL_MS = 50;

/** What a run came to. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly clients: readonly { readonly name: string; readonly connections: number; readonly cuts: number }[];
  readonly orders: { readonly placed: number; readonly failed: number };
  readonly events: number;
}

/** Runs against a deployment, from the first order to the verdict. @throws CannotRunError when it can't be begun */
export async function verify(options: Options, log: (line: string) => void): Promise<Outcome> {
  const ending = new AbortController();
  const service = openService(options, ending.signal);
  const { user, position: after } = await service.begin();
  const recorders = await openRecorders(options, user, log);
  const book: Book = { placed: [], resting: [], failed: 0 };
  try {
    await disturb({ options, recorders, log, service, book });
    const faultEndedAt = now();
    await settle(service, book, SETTLE_WITHIN_MS);
    const toOffset = offsetOf(await persistently(() => service.position()));
    await until(() => recorders.every((recorder) => recorder.offset() >= toOffset), options.catchUpMs);
    const clients = (await Promise.all(recorders.map((recorder) => recorder.close()))).map((client): ClientHistory => ({
      ...client,
      toOffset,
    }));
    const truth = await persistently(() => readTruth({ service, options, user, after, orderIds: book.placed }));
    const verdict = check({
      ...{ acknowledged: [], clients, finalOrders: truth.finalOrders, others: truth.others },
      log: byOurClock(truth.log, clients),
      ...{ faultEndedAt, catchUpWithinMs: options.catchUpMs },
    });
    return {
      ...{ verdict, events: truth.log.length, orders: { placed: book.placed.length, failed: book.failed } },
      clients: recorders.map((each) => ({ name: each.name, connections: each.sessions(), cuts: each.cuts() })),
    };
  } finally {
    ending.abort();
    await Promise.all(recorders.map((recorder) => recorder.close()));
  }
}

async function openRecorders(
  { url, token }: Options,
  user: string,
  log: (line: string) => void,
): Promise<readonly Recorder[]> {
  const recorders = await Promise.all(
    CLIENTS.map((client) => openRecorder({ ...client, url, user, token: () => token, log })),
  );
  await until(() => recorders.every((recorder) => recorder.isOpen()), OPEN_WITHIN_MS);
  return recorders;
}

interface Disturbance {
  readonly options: Options;
  readonly recorders: readonly Recorder[];
  readonly log: (line: string) => void;
  readonly service: ReturnType<typeof openService>;
  readonly book: Book;
}

/** Orders and cuts side by side, for as long as was asked. */
async function disturb({ options, recorders, log, service, book }: Disturbance): Promise<void> {
  const over = new AbortController();
  const both = Promise.all([
    trade({ service, options, log, signal: over.signal }, book),
    cutAtRandom(recorders, drawFor(options.seed, 'cuts'), over.signal),
  ]);
  try {
    await Promise.race([both, delay(options.seconds * 1_000, over.signal)]);
  } finally {
    over.abort();
  }
  await both;
}

/** What is asked at the end is asked again for a while: the deployment may just restart. */
async function persistently<T>(call: () => Promise<T>): Promise<T> {
  const limit = now() + ANSWERED_WITHIN_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (now() >= limit) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** Waits for the condition, but no longer than that: whether it was met, the verdict tells. */
async function until(condition: () => boolean, withinMs: number): Promise<void> {
  const limit = now() + withinMs;
  while (!condition() && now() < limit) await delay(POLL_MS);
}

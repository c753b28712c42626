import { z } from 'zod';
import { withinTime } from '../kernel/clock.ts';
import { writeExact } from '../kernel/exact-json.ts';
import type { RawReport } from '../ingest/execution-report.ts';
import { readText } from './body.ts';
import { NotYet, VenueBusy } from './faults.ts';
import type { AskedOrder, VenueAnswer, VenuePort, VenueRequest, VenueStatement } from './venue.ts';

export interface PaperPortOptions {
  /** The exchange's own address, such as http://127.0.0.1:4100. */
  readonly url: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const OPEN_ORDERS_PER_REQUEST = 500;
/** So that an answer stays below some 10 MiB, however much has become of the orders. */
const ASKED_ORDERS_PER_REQUEST = 100;
const STATES_BYTES_MAX = 16 * 1_048_576;
/** Every other answer is one line. */
const ANSWER_BYTES_MAX = 64 * 1_024;

const PATHS = { NEW: '/orders', REPLACE: '/replaces', CANCEL: '/cancels' } as const satisfies Record<
  VenueRequest['kind'],
  string
>;

const runAnswer = z.object({ run: z.string().min(1) });
/** Reports are read where all reports are. */
const statements = z.array(
  z
    .object({ reports: z.array(z.custom<RawReport>((value) => typeof value === 'object' && value !== null)) })
    .nullable(),
);
const refusal = z.object({ text: z.string() });
const unknownAnswer = z.object({ status: z.literal('unknown') });

/** The service's way to the simulated exchange. */
export function paperPort({ url, timeoutMs = TIMEOUT_MS }: PaperPortOptions): VenuePort {
  const call = (path: string, { body, signal }: { body?: unknown; signal: AbortSignal }): Promise<Response> =>
    fetch(new URL(path, url), {
      ...(body === undefined ? {} : { method: 'POST', body: writeExact(body) }),
      headers: { 'content-type': 'application/json' },
      signal: withinTime(timeoutMs, signal),
    });
  return {
    send: async (request, signal) => answerOf(await call(PATHS[request.kind], { body: request, signal })),
    ask: async (orders, signal) => {
      const known: VenueStatement[] = [];
      for (const asked of chunksOf(orders, ASKED_ORDERS_PER_REQUEST)) {
        const response = await call('/order-states', { body: asked.map(nameOf), signal });
        if (!response.ok) throw await faultOf(response);
        known.push(...readStatements(await jsonOf(response, STATES_BYTES_MAX), asked.length));
      }
      return known;
    },
    memory: {
      run: async (signal) => {
        const response = await call('/run', { signal });
        if (!response.ok) throw await faultOf(response);
        return runAnswer.parse(await jsonOf(response)).run;
      },
      takeUp: async (orders, signal) => {
        for (const body of chunksOf(orders, OPEN_ORDERS_PER_REQUEST)) {
          const response = await call('/open-orders', { body, signal });
          if (!response.ok) throw await faultOf(response);
          await readText(response, ANSWER_BYTES_MAX);
        }
      },
    },
  };
}

async function answerOf(response: Response): Promise<VenueAnswer> {
  if (response.status === 422) {
    return { status: 'refused', text: refusal.parse(await jsonOf(response)).text };
  }
  if (!response.ok) throw await faultOf(response);
  await readText(response, ANSWER_BYTES_MAX);
  return { status: 'taken' };
}

/**
 * An order that it does not know (any more) and a full book are no failures of the exchange: what waits for other orders
 * must not wait for them. Reads the body too, or the connection could not be used again.
 */
async function faultOf(response: Response): Promise<Error> {
  const { status, headers } = response;
  const body = await readText(response, ANSWER_BYTES_MAX);
  const what = `the simulated exchange answered ${status}`;
  const retryAfter = headers.get('retry-after') ?? '';
  if (status === 503 && /^\d{1,5}$/.test(retryAfter)) return new VenueBusy(what, Number(retryAfter) * 1_000);
  // Another server at this address answers 404 as well.
  if (status === 404 && isUnknown(body)) return new NotYet(`${what}: it does not know the order`);
  return new Error(what);
}

function isUnknown(body: string): boolean {
  try {
    return unknownAnswer.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}

async function jsonOf(response: Response, bytesMax = ANSWER_BYTES_MAX): Promise<unknown> {
  return JSON.parse(await readText(response, bytesMax));
}

const nameOf = ({ account, venueOrderId, clOrdId }: AskedOrder): AskedOrder => ({ account, venueOrderId, clOrdId });

function readStatements(answer: unknown, count: number): readonly VenueStatement[] {
  const read = statements.parse(answer);
  if (read.length !== count)
    throw new Error(`asked about ${count} orders, the simulated exchange told of ${read.length}`);
  return read.map((each) => each && each.reports);
}

function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

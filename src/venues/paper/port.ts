import { z } from 'zod';
import { writeExact } from '../../kernel/exact-json.ts';
import type { RawReport } from '../../ingest/execution-report.ts';
import type { AskedOrder, VenueAnswer, VenuePort, VenueRequest, VenueStatement } from '../venue.ts';

export interface PaperPortOptions {
  /** The exchange's own address, such as http://127.0.0.1:4100. */
  readonly url: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const OPEN_ORDERS_PER_REQUEST = 500;
/** So that an answer stays below some 10 MiB, however much has become of the orders. */
const ASKED_ORDERS_PER_REQUEST = 100;

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

/** The service's way to the simulated exchange. */
export function paperPort({ url, timeoutMs = TIMEOUT_MS }: PaperPortOptions): VenuePort {
  const call = (path: string, { body, signal }: { body?: unknown; signal: AbortSignal }): Promise<Response> =>
    fetch(new URL(path, url), {
      ...(body === undefined ? {} : { method: 'POST', body: writeExact(body) }),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  return {
    send: async (request, signal) => answerOf(await call(PATHS[request.kind], { body: request, signal })),
    ask: async (orders, signal) => {
      const known: VenueStatement[] = [];
      for (const asked of chunksOf(orders, ASKED_ORDERS_PER_REQUEST)) {
        const response = await call('/order-states', { body: asked.map(nameOf), signal });
        if (!response.ok) throw await unexpected(response);
        known.push(...readStatements(await response.json(), asked.length));
      }
      return known;
    },
    memory: {
      run: async (signal) => {
        const response = await call('/run', { signal });
        if (!response.ok) throw await unexpected(response);
        return runAnswer.parse(await response.json()).run;
      },
      takeUp: async (orders, signal) => {
        for (const body of chunksOf(orders, OPEN_ORDERS_PER_REQUEST)) {
          const response = await call('/open-orders', { body, signal });
          if (!response.ok) throw await unexpected(response);
          await response.arrayBuffer();
        }
      },
    },
  };
}

async function answerOf(response: Response): Promise<VenueAnswer> {
  if (response.status === 422) {
    return { status: 'refused', text: refusal.parse(await response.json()).text };
  }
  if (!response.ok) throw await unexpected(response);
  await response.arrayBuffer();
  return { status: 'taken' };
}

/** Reads the body too, or the connection could not be used again. */
async function unexpected(response: Response): Promise<Error> {
  await response.arrayBuffer();
  return new Error(`the simulated exchange answered ${response.status}`);
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

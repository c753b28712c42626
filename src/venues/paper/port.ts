import { z } from 'zod';
import { writeExact } from '../../kernel/exact-json.ts';
import type { OpenOrder, VenueAnswer, VenuePort, VenueRequest } from '../venue.ts';

export interface PaperPortOptions {
  /** The exchange's own address, such as http://127.0.0.1:4100. */
  readonly url: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
const OPEN_ORDERS_PER_REQUEST = 500;

const PATHS = { NEW: '/orders', REPLACE: '/replaces', CANCEL: '/cancels' } as const satisfies Record<
  VenueRequest['kind'],
  string
>;

const runAnswer = z.object({ run: z.string().min(1) });
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
    memory: {
      run: async (signal) => {
        const response = await call('/run', { signal });
        if (!response.ok) throw await unexpected(response);
        return runAnswer.parse(await response.json()).run;
      },
      takeUp: async (orders, signal) => {
        for (const body of chunksOf(orders)) {
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

function chunksOf(orders: readonly OpenOrder[]): readonly (readonly OpenOrder[])[] {
  const count = Math.ceil(orders.length / OPEN_ORDERS_PER_REQUEST);
  return Array.from({ length: count }, (_, i) =>
    orders.slice(i * OPEN_ORDERS_PER_REQUEST, (i + 1) * OPEN_ORDERS_PER_REQUEST),
  );
}

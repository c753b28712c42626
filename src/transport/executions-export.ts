import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Viewer } from '../auth/viewer.ts';
import type { Deps } from '../deps.ts';
import { apiError } from '../graphql/errors.ts';
import { EXPORTS_PER_USER_MAX } from '../limits/limits.ts';
import { executionsCsv } from '../orders/executions-csv.ts';
import {
  type ExecutionFilter,
  executionKeyOf,
  type ExecutionKey,
  readExecutionViews,
} from '../orders/execution-queries.ts';
import * as words from '../orders/words.ts';
import { faultOf } from './rest-fault.ts';
import { many, manyWords, readQuery, time, word } from './query.ts';
import { bearerOf } from './session.ts';

/** What is read at once: all of an export that is in memory, but for what the socket holds, and a few milliseconds of work. */
export const EXPORT_PAGE_ROWS = 200;

const exportQuery = z.strictObject({
  ...{ from: time.optional(), to: time.optional(), symbols: many.optional(), venue: many.optional() },
  assetClasses: manyWords(words.ASSET_CLASSES).optional(),
  side: word(words.SIDES).optional(),
  platforms: manyWords(words.PLATFORMS).optional(),
  clients: many.optional(),
});

/** Exports that run in this process, by user. */
export type Exports = Map<string, number>;

interface Exported {
  readonly viewer: Viewer;
  readonly filter: ExecutionFilter;
  readonly response: ServerResponse;
}

/**
 * `GET /v1/executions.csv`: the viewer's executions, oldest first, of those that were received when it was asked for. Read
 * page by page as the client takes them. Whatever ends it early cuts the connection, so that no part passes for the whole.
 */
export async function serveExecutionsCsv(
  deps: Deps,
  c: Context,
  { exports, response }: { exports: Exports; response: ServerResponse },
): Promise<Response> {
  const viewer = await bearerOf(deps, c);
  const { venue: venues, ...query } = readQuery(c, exportQuery);
  const exported = { viewer, response, filter: { ...query, venues, receivedBy: deps.clock.now() } };
  openExport(exports, exported);
  // What can't be begun is refused in words; what fails later can only be cut.
  const first = await readPage(deps, exported, null);
  return c.body(csvStream(deps, exported, first), 200, {
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': 'attachment; filename="executions.csv"',
    'Cache-Control': 'no-store',
  });
}

/** @throws RATE_LIMITED when the user has as many as may run at once */
function openExport(exports: Exports, { viewer, response }: Exported): void {
  const running = exports.get(viewer.id) ?? 0;
  if (running >= EXPORTS_PER_USER_MAX) {
    throw apiError('RATE_LIMITED', `at most ${EXPORTS_PER_USER_MAX} exports run at once: wait for one to end`);
  }
  if (response.closed) return;
  exports.set(viewer.id, running + 1);
  response.once('close', () => {
    const left = (exports.get(viewer.id) ?? 1) - 1;
    if (left > 0) exports.set(viewer.id, left);
    else exports.delete(viewer.id);
  });
}

interface CsvPage {
  readonly csv: Uint8Array;
  /** The last row, behind which there may be more. */
  readonly last: ExecutionKey | null;
}

async function readPage({ db }: Deps, { viewer, filter }: Exported, after: ExecutionKey | null): Promise<CsvPage> {
  const page = { after, before: null, limit: EXPORT_PAGE_ROWS, inverted: false };
  const rows = await readExecutionViews(db, viewer.id, { filter, direction: 'ASC', page });
  const last = rows.length === EXPORT_PAGE_ROWS ? rows.at(-1) : undefined;
  const csv = new TextEncoder().encode(executionsCsv(rows, { header: after === null }));
  return { csv, last: last ? executionKeyOf(last) : null };
}

/** Reads the next page when the one before has been taken, and nothing after its response is closed. */
function csvStream(deps: Deps, exported: Exported, first: CsvPage): ReadableStream<Uint8Array> {
  const { viewer, response } = exported;
  let next: CsvPage | null = first;
  const cut = (): void => void response.destroy();
  const watch = deps.expiry.watch(viewer.expiresAt, cut);
  response.once('close', () => watch[Symbol.dispose]());
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const page: CsvPage | null = next;
          if (page === null || response.closed) {
            controller.close();
            return;
          }
          if (page.csv.length > 0) controller.enqueue(page.csv);
          next = page.last && (await readPage(deps, exported, page.last));
          if (next === null) controller.close();
        } catch (error) {
          const { code } = faultOf(deps, error);
          deps.log.warn({ code }, 'an export of executions was cut off');
          cut();
        }
      },
    },
    { highWaterMark: 0 },
  );
}

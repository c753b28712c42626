import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { postReports, report, type Report } from '../support/client.ts';
import { until } from '../support/until.ts';
import { openSession } from './rows.ts';

const GIVES_UP_AFTER_MS = 30_000;

/** One answer to a delivery that was sent, perhaps again. */
export interface Answer {
  readonly execId: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly tookMs: number;
}

/** A venue that sends each delivery until it is taken, byte for byte the same. */
export interface StubbornVenue {
  readonly answers: readonly Answer[];
  /** Sends a fill of the account's one order once. */
  readonly send: (account: string) => Promise<Answer>;
  /** Sends everything again that was not taken, until it is. */
  settle(): Promise<void>;
}

interface Sent {
  readonly account: string;
  readonly execId: string;
  readonly body: string;
  taken: boolean;
}

export function openStubbornVenue(url: string): StubbornVenue & { readonly sent: readonly Sent[] } {
  const answers: Answer[] = [];
  const sent: Sent[] = [];
  const post = async (delivery: Sent): Promise<Answer> => {
    const startedAt = performance.now();
    const { status, headers } = await postReports(url, [], { id: delivery.execId, body: delivery.body });
    delivery.taken ||= status === 200;
    const tookMs = performance.now() - startedAt;
    const answer = { execId: delivery.execId, status, retryAfter: headers.get('retry-after'), tookMs };
    answers.push(answer);
    return answer;
  };
  return {
    ...{ answers, sent },
    send: (account) => {
      const data = fillOf(account);
      const body = JSON.stringify({ type: 'execution.reported', timestamp: new Date().toISOString(), data });
      const delivery = { account, execId: String(data['execId']), body, taken: false };
      sent.push(delivery);
      return post(delivery);
    },
    async settle() {
      const owed = sent.filter(({ taken }) => !taken);
      await Promise.all(
        owed.map((delivery) =>
          until(async () => (await post(delivery)).status === 200, { withinMs: GIVES_UP_AFTER_MS }),
        ),
      );
    },
  };
}

const fillOf = (account: string): Report =>
  report({
    ...{ account, clOrdId: account, venueOrderId: account, quantity: '1000000' },
    ...{ execId: randomUUID(), execType: 'TRADE', lastQty: '1', lastPx: '10' },
  });

/** Every answer was a 200 or asked for the same again, in time. */
export function expectTakenOrAsked(answers: readonly Answer[], withinMs: number): void {
  expect(answers.filter(({ status, retryAfter }) => status !== 200 && !(status === 503 && retryAfter === '1'))).toEqual(
    [],
  );
  expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(withinMs);
}

const EXEC_ID = `data->'event'->>'execId'`;

/** What was sent stands in the database once, whole: report, event, execution and order agree. */
export async function expectOnce(databaseUrl: string, venue: { readonly sent: readonly Sent[] }): Promise<void> {
  const { rows, end } = await openSession(databaseUrl);
  const execIds = venue.sent.map(({ execId }) => execId).sort();
  const found = async (sql: string): Promise<unknown[]> => (await rows(sql)).map((row) => Object.values(row)[0]).sort();
  expect(await found(`SELECT ${EXEC_ID} FROM stream_events WHERE ${EXEC_ID} IS NOT NULL`)).toEqual(execIds);
  expect(await found('SELECT exec_id FROM executions')).toEqual(execIds);
  expect(await found('SELECT delivery_id FROM webhook_inbox')).toEqual(execIds);
  const wrong = await rows(
    `SELECT * FROM (
       SELECT head.user_id, head."offset", count(*) AS events, max(event."offset") AS last, count(${EXEC_ID}) AS fills,
         (SELECT sum(version) FROM orders WHERE orders.user_id = head.user_id) AS versions,
         (SELECT sum(cum_qty) FROM orders WHERE orders.user_id = head.user_id) AS filled
       FROM stream_heads AS head JOIN stream_events AS event USING (user_id) GROUP BY head.user_id, head."offset"
     ) AS stream WHERE NOT ("offset" = events AND last = events AND versions = events AND filled = fills)`,
  );
  expect(wrong).toEqual([]);
  // No connection went back to its pool in the middle of a transaction.
  const open = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
  await until(async () => (await rows(open)).length === 0, { withinMs: GIVES_UP_AFTER_MS });
  await end();
}

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkAccount, positionOf, postReports, report, type Report, wsClient } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';

const FOLLOWERS = 20;
const DELIVERIES = 100;
const EVENTS_EACH = 10;

let service: TestService;
const statements: string[] = [];
beforeAll(async () => {
  service = await startService({ onStatement: (sql) => statements.push(sql) });
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(() => service.stop());

const WATCH = `subscription ($after: Cursor) { orderUpdated(after: $after) {
  cursor event { id execType status lastQty cumQty avgPx } order { id clOrdId status cumQty leavesQty avgPx version } } }`;

interface Update {
  readonly orderUpdated: { readonly order: { readonly version: number } };
}

/** Follows over a socket of its own; `seen(n)` resolves when the nth update has come. */
function openFollower(token: string, after: string) {
  const { url } = service;
  const versions: number[] = [];
  const waiting = new Map<number, () => void>();
  const client = wsClient({ url, token });
  client.subscribe<Update>(
    { query: WATCH, variables: { after } },
    {
      next: ({ data }) => {
        versions.push(data?.orderUpdated.order.version ?? -1);
        waiting.get(versions.length)?.();
      },
      error: (error) => versions.push(error instanceof Error ? -2 : -3),
      complete: () => undefined,
    },
  );
  return {
    versions,
    seen: (count: number) =>
      new Promise<void>((resolve) => (versions.length >= count ? resolve() : waiting.set(count, resolve))),
    dispose: () => client.dispose(),
  };
}

/** What a follower reads: events, orders, or its place in the log. Ingest locks what it reads of these. */
const isRead = (sql: string): boolean =>
  /^\s*SELECT/i.test(sql) && /FROM\s+\S*(stream_events|orders|stream_epoch)\b/i.test(sql) && !/FOR UPDATE/i.test(sql);

it('1,000 live events cost their followers no database read per event', { timeout: 60_000 }, async () => {
  const token = await tokenOf('ann');
  const after = await positionOf({ url: service.url, token });
  const followers = Array.from({ length: FOLLOWERS }, () => openFollower(token, after));
  const fill = (): Report => report({ execId: randomUUID(), execType: 'TRADE', lastQty: '0.01', lastPx: '10' });
  // Once the first event has reached everybody, all of them are live.
  await postReports(service.url, fill());
  await Promise.all(followers.map(({ seen }) => seen(1)));
  expect(statements.filter(isRead).length).toBeGreaterThan(0);

  statements.length = 0;
  for (let n = 0; n < DELIVERIES; n++) {
    const { body } = await postReports(service.url, Array.from({ length: EVENTS_EACH }, fill));
    expect(body).toEqual({ accepted: EVENTS_EACH, duplicates: 0, quarantined: 0 });
  }
  const count = 1 + DELIVERIES * EVENTS_EACH;
  await Promise.all(followers.map(({ seen }) => seen(count)));
  for (const { versions } of followers) expect(versions).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  // The check of all followed heads, one query for the whole process every 2 s, may find a head that is on its way.
  expect(statements.filter(isRead).length).toBeLessThanOrEqual(FOLLOWERS);
  expect(statements.filter((sql) => /INSERT INTO\s+stream_events/i.test(sql)).length).toBe(DELIVERIES);
  for (const { dispose } of followers) await dispose();
});

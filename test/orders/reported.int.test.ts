import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { userId } from '../../src/kernel/brand.ts';
import { livePartsOf } from '../../src/notifications/live-parts.ts';
import { DEFAULT_PREFERENCES } from '../../src/notifications/preferences.ts';
import { readFigures } from '../../src/notifications/report-figures.ts';
import { type LastReport, readReported } from '../../src/orders/reported.ts';
import { fillOf, openDesk, opening } from '../ingest/desk.ts';
import { openSession, type Session } from '../ingest/rows.ts';
import { linkAccount } from '../support/client.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
let db: Db;
beforeAll(async () => {
  desk = await openDesk();
  db = openDb({ url: desk.databaseUrl, connectionsMax: 2 });
});
afterAll(async () => {
  await db.$disconnect();
  await desk.close();
});

/** Four fills of ten each, at these times. */
const TIMES = ['2026-01-15', '2026-01-30', '2026-02-01', '2026-02-27'].map((day) => `${day}T12:00:00.000Z`);
const MARCH = new Date('2026-03-01T00:00:00Z');

async function openUser() {
  const user = `user-${randomUUID()}`;
  await linkAccount(desk.ops, user, { account: user });
  const order = opening({ account: user, orderQty: '40' });
  await desk.post([order, ...TIMES.map((transactTime) => fillOf(order, { lastQty: '10', transactTime }))]);
  return userId(user);
}

describe('what a report is made of', () => {
  it('is all that was traded before its end, as long as that is not too much', async () => {
    const user = await openUser();
    for (const max of [4, 5]) {
      const { executions, complete } = await readReported(db, user, { to: MARCH, last: null, executionsMax: max });
      expect([executions.map(({ transactTime }) => transactTime), complete]).toEqual([TIMES.toReversed(), true]);
    }
    const before = await readReported(db, user, { to: new Date(String(TIMES[2])), last: null, executionsMax: 2 });
    expect([before.executions.length, before.complete]).toEqual([2, true]);
  });

  it('is the latest of it otherwise, and says that it is not all', async () => {
    const { executions, complete } = await readReported(db, await openUser(), {
      to: MARCH,
      last: null,
      executionsMax: 3,
    });
    expect([executions.map(({ transactTime }) => transactTime), complete]).toEqual([
      TIMES.slice(1).toReversed(),
      false,
    ]);
  });

  it('is told of the days since the report before', async () => {
    const user = await openUser();
    const preferences = { ...DEFAULT_PREFERENCES, reports: { MONTHLY_REPORT: { at: '08:00', day: 31 } } };
    const figuresOf = (executionsMax = 20_000) =>
      livePartsOf({
        readReported: (reading: Db, of: typeof user, asked: { to: Date; last: null }) =>
          readReported(reading, of, { ...asked, executionsMax }),
      } as never).reports.figures(
        db,
        { userId: user, report: 'MONTHLY_REPORT', dueAt: new Date('2026-02-28T08:00:00Z'), last: null },
        preferences,
      );
    // From the 31st of January, and so without the fill of the 30th.
    const days = { from: '2026-01-31T08:00:00.000Z', to: '2026-02-28T08:00:00.000Z', fills: 2 };
    expect((await figuresOf()).data).toMatchObject({ ...days, latestCounted: null });
    expect((await figuresOf(3)).data).toMatchObject({ ...days, latestCounted: 3 });
  });

  it('is told once where the venue states a sum first and tells its fills afterwards', async () => {
    const user = `user-${randomUUID()}`;
    await linkAccount(desk.ops, user, { account: user });
    const order = opening({ account: user, quantity: '40', transactTime: TIMES[0] });
    const stated = (cumQty: string, transactTime: string | undefined) =>
      fillOf(order, { execType: 'ORDER_STATUS', lastQty: null, lastPx: null, cumQty, avgPx: '10', transactTime });
    const parts = livePartsOf({ readReported } as never);
    const preferences = { ...DEFAULT_PREFERENCES, reports: { DAILY_REPORT: { at: '08:00' } } };
    const reportOf = async (day: string, last: LastReport | null) => {
      const due = { userId: userId(user), report: 'DAILY_REPORT', dueAt: new Date(`${day}T08:00:00Z`), last } as const;
      const { data, offset } = await parts.reports.figures(db, due, preferences);
      const bought = readFigures(data)?.symbols.map(({ boughtQty }) => boughtQty);
      return { told: [data['fills'], data['late'], bought], last: { to: due.dueAt, offset, since: null } };
    };
    await desk.post([order, stated('30', TIMES[1])]);
    const first = await reportOf('2026-01-31', null);
    expect(first.told).toEqual([1, 0, ['30']]);
    const own = { cumQty: '20', transactTime: TIMES[0] };
    expect(await desk.post(fillOf(order, { lastQty: '20', ...own }))).toMatchObject({ duplicates: 1 });
    const second = await reportOf('2026-02-01', first.last);
    expect(second.told).toEqual([0, 0, []]);
    // The rest of both sums is shown as one fill of 20; what is new of it are 10.
    await desk.post(stated('40', TIMES[2]));
    expect((await reportOf('2026-02-02', second.last)).told).toEqual([1, 0, ['10']]);
  });

  it('was known to the report before by the log, not by a clock: what was under way then was not', async () => {
    const user = await openUser();
    const session = await openSession(desk.databaseUrl);
    const read = (last: Parameters<typeof readReported>[2]['last']) => readReported(db, user, { to: MARCH, last });
    const unknown = async (offset: number) =>
      (await read({ to: MARCH, offset, since: null })).executions
        .filter(({ known }) => !known)
        .map(({ execId }) => execId);
    try {
      await session.rows('BEGIN');
      const late = await commitLate(session, user);
      const first = await read(null);
      expect([first.executions.length, first.offset, await unknown(first.offset)]).toEqual([4, 5, []]);
      await session.rows('COMMIT');
      expect(await unknown(first.offset)).toEqual([late]);
      const second = await read({ to: MARCH, offset: first.offset, since: null });
      expect([second.executions.length, second.offset, await unknown(second.offset)]).toEqual([5, 6, []]);
    } finally {
      await session.end();
    }
  });

  it('was not known either where its venue’s clock is ahead of its receipt', async () => {
    const user = await openUser();
    const session = await openSession(desk.databaseUrl);
    try {
      const to = new Date(Date.now() + 60_000);
      const { offset } = await readReported(db, user, { to, last: null });
      const late = await commitLate(session, user, new Date(to.getTime() + 1_000).toISOString());
      // No other fill of its order says that the order is to be looked at.
      await session.rows('DELETE FROM executions WHERE user_id = $1 AND exec_id <> $2', [user, late]);
      const { executions } = await readReported(db, user, { to, last: { to, offset, since: null } });
      expect(executions.filter(({ known }) => !known).map(({ execId }) => execId)).toEqual([late]);
    } finally {
      await session.end();
    }
  });
});

/** A fill beside the first one of this user, with its event, as ingest writes them; committed by whoever began. */
async function commitLate({ rows }: Session, user: string, transactTime: string | null = null): Promise<string> {
  const late = randomUUID();
  const columns =
    'venue, order_id, exec_type, last_qty, last_px, claim, transact_time, received_at, user_id, committed_at';
  await rows(
    `INSERT INTO executions (exec_id, ${columns})
     SELECT $2, ${columns.replace('transact_time', 'COALESCE($3::timestamptz, transact_time)')} FROM executions WHERE user_id = $1 AND exec_type = 'TRADE' LIMIT 1`,
    [user, late, transactTime],
  );
  await rows(`UPDATE stream_heads SET "offset" = "offset" + 1 WHERE user_id = $1`, [user]);
  await rows(
    `INSERT INTO stream_events (user_id, "offset", epoch, type, order_id, data, committed_at)
     SELECT user_id, "offset" + 1, epoch, type, order_id, jsonb_set(data::jsonb, '{event,execId}', to_jsonb($2::text)),
       committed_at FROM stream_events WHERE user_id = $1 ORDER BY "offset" DESC LIMIT 1`,
    [user, late],
  );
  return late;
}

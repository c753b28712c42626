import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { userId } from '../../src/kernel/brand.ts';
import { livePartsOf } from '../../src/notifications/live-parts.ts';
import { DEFAULT_PREFERENCES } from '../../src/notifications/preferences.ts';
import { readReported } from '../../src/orders/reported.ts';
import { fillOf, openDesk, opening } from '../ingest/desk.ts';
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
      const { executions, complete } = await readReported(db, user, { to: MARCH, executionsMax: max });
      expect([executions.map(({ transactTime }) => transactTime), complete]).toEqual([TIMES.toReversed(), true]);
    }
    const before = await readReported(db, user, { to: new Date(String(TIMES[2])), executionsMax: 2 });
    expect([before.executions.length, before.complete]).toEqual([2, true]);
  });

  it('is the latest of it otherwise, and says that it is not all', async () => {
    const { executions, complete } = await readReported(db, await openUser(), { to: MARCH, executionsMax: 3 });
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
        readReported: (reading: Db, of: typeof user, { to }: { to: Date }) =>
          readReported(reading, of, { to, executionsMax }),
      } as never).reports.figures(
        db,
        { userId: user, report: 'MONTHLY_REPORT', dueAt: new Date('2026-02-28T08:00:00Z') },
        preferences,
      );
    // From the 31st of January, and so without the fill of the 30th.
    const days = { from: '2026-01-31T08:00:00.000Z', to: '2026-02-28T08:00:00.000Z', fills: 2 };
    expect(await figuresOf()).toMatchObject({ ...days, latestCounted: null });
    expect(await figuresOf(3)).toMatchObject({ ...days, latestCounted: 3 });
  });
});

import { describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { FORGET_LOCK, forgetSliceSql, forgetterOf, KEPT_DAYS } from '../../src/notifications/forget-old.ts';
import { useStage } from './used-stage.ts';

const used = useStage();
const signal = new AbortController().signal;
const clock = { now: () => new Date() };
const forgetter = (slicePages: number, slicesMax: number) =>
  forgetterOf({ db: used.stage.db, clock }, { slicePages, slicesMax });

/** 200 deliveries of each kind, one after the other, so that each page has some of each. */
const KINDS = [
  ...['PRICE_ALERT SENT 31', 'PRICE_ALERT SUPPRESSED 31', 'PRICE_ALERT FAILED 31'],
  ...['PRICE_ALERT SENT 29', 'PRICE_ALERT PENDING 31', 'PRICE_ALERT HELD 31', 'RISK_VIOLATION SENT 31'],
];
const GOING = KINDS.slice(0, 3);
const EACH = 200;

async function fill(): Promise<void> {
  await used.stage.db.$executeRaw`
    INSERT INTO notification_deliveries (notification_id, channel, user_id, type, key, state, reason, created_at, at)
    SELECT gen_random_uuid(), 'PUSH', 'ann', split_part(kind, ' ', 1), kind, split_part(kind, ' ', 2), 'ALLOWED',
      now(), now() - split_part(kind, ' ', 3)::int * interval '1 day'
    FROM generate_series(1, ${EACH}) AS nth, unnest(${KINDS}::text[]) AS kind ORDER BY nth`;
}

async function counts(): Promise<Record<string, number>> {
  const rows = await used.stage.rows();
  return Object.fromEntries(KINDS.map((kind) => [kind, rows.filter(({ key }) => key === kind).length]));
}
const pages = async (): Promise<number> => {
  const [row] = await used.stage.db.$queryRaw<{ pages: number }[]>`
    SELECT (pg_relation_size('notification_deliveries') / current_setting('block_size')::int)::int AS pages`;
  return row?.pages ?? 0;
};
const ALL = Object.fromEntries(KINDS.map((kind) => [kind, EACH]));
const KEPT = Object.fromEntries(KINDS.map((kind) => [kind, GOING.includes(kind) ? 0 : EACH]));

describe('old deliveries', () => {
  it('of everyday types go; what is critical, owed or young stays, whatever the slices', async () => {
    for (const slicePages of [1, 3, 10_000]) {
      await used.stage.db.$executeRaw`TRUNCATE notification_deliveries`;
      await fill();
      expect(await pages()).toBeGreaterThan(10);
      await forgetter(slicePages, 10_000)(signal);
      expect(await counts()).toEqual(KEPT);
    }
  });

  it('go a bounded part in each round, which goes on where the last one stopped, and then begins again', async () => {
    await fill();
    const forget = forgetter(2, 3);
    const rounds = Math.ceil((await pages()) / 6);
    const left: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await forget(signal);
      left.push((await used.stage.rows()).length);
    }
    expect(left).toEqual([...new Set(left)].toSorted((a, b) => b - a));
    expect(left[0]).toBeGreaterThan(7 * EACH - 7 * EACH * (6 / (await pages())));
    expect(await counts()).toEqual(KEPT);
    await used.stage.db.$executeRaw`UPDATE notification_deliveries SET at = now() - interval '31 days'`;
    for (let round = 0; round <= rounds * 2; round++) await forget(signal);
    expect(await counts()).toEqual({ ...KEPT, 'PRICE_ALERT SENT 29': 0 });
  });

  it('are left to another process that is at it, and to a transaction that holds one', async () => {
    await fill();
    await inTransaction(used.stage.db, async (tx) => {
      await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(${FORGET_LOCK}))`;
      await forgetter(2, 10_000)(signal);
      expect(await counts()).toEqual(ALL);
    });
    await inTransaction(used.stage.db, async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM notification_deliveries WHERE key = ${GOING[0]} LIMIT 1 FOR UPDATE`;
      await forgetter(2, 10_000)(signal);
      expect(await counts()).toEqual({ ...KEPT, [String(GOING[0])]: 1 });
    });
  });

  it('go once when two processes forget at once', async () => {
    await fill();
    const both = [forgetter(1, 10_000), forgetter(2, 10_000)];
    await Promise.all(both.map((forget) => forget(signal)));
    // One of them may have left the rest to the other one, and that one to it.
    for (const forget of both) await forget(signal);
    expect(await counts()).toEqual(KEPT);
  });

  it('are found without reading the rest of the table', async () => {
    const slice = { from: 4, to: 6, before: new Date(Date.now() - KEPT_DAYS * 86_400_000) };
    // In a table of a few pages PostgreSQL rather reads them all.
    for (let times = 0; times < 5; times++) await fill();
    const plan = await used.stage.db.$queryRaw<{ 'QUERY PLAN': string }[]>`EXPLAIN ${forgetSliceSql(slice)}`;
    const scans = plan.flatMap(
      (line) => /Seq Scan|Index Scan|Tid Range Scan|Tid Scan/.exec(line['QUERY PLAN'])?.[0] ?? [],
    );
    expect(scans).toEqual(['Tid Range Scan', 'Tid Scan']);
  });
});

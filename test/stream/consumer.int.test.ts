import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import type { Tx } from '../../src/db/client.ts';
import { type Db, openDb } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { userId } from '../../src/kernel/brand.ts';
import { systemIds } from '../../src/kernel/clock.ts';
import { append, ensureUsers } from '../../src/stream/append.ts';
import { type Consumed, type Consumer, type ConsumerOptions, openConsumer } from '../../src/stream/consumer.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import { sweepRetention } from '../../src/stream/retention.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 10_000 };
const log = pino({ level: 'silent' });
let database: TestDatabase;
let db: Db;
let open: Consumer[] = [];
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb({ url: database.url });
  await ensureEpoch(db, systemIds);
  await db.$executeRawUnsafe('CREATE TABLE seen (user_id text, "offset" bigint, by text)');
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});
beforeEach(() => db.$executeRawUnsafe('TRUNCATE users, stream_heads, stream_events, consumer_checkpoints, seen'));
afterEach(async () => {
  await Promise.all(open.map((one) => one.stop()));
  open = [];
});

async function commit(users: readonly string[]): Promise<void> {
  await inTransaction(db, async (tx) => {
    await ensureUsers(tx, users.map(userId));
    const event = { type: 'orderUpdated' as const, data: {} as never, orderId: null, change: null };
    await append(
      tx,
      users.map((user) => ({ ...event, userId: userId(user) })),
      new Date(),
    );
  });
}

/** Writes what it sees beside the checkpoint, in one transaction. */
async function note(tx: Tx, consumed: readonly Consumed[], by: string): Promise<void> {
  const rows = consumed.flatMap(({ user, events }) => events.map(({ position }) => [user, position.offset] as const));
  await tx.$executeRaw`INSERT INTO seen SELECT *, ${by} FROM unnest(${rows.map(([user]) => user)}::text[], ${rows.map(([, offset]) => offset)}::bigint[])`;
}

function consume(by: string, handle?: ConsumerOptions<null>['handle']): Consumer {
  const consumer = openConsumer(
    { db, log },
    {
      ...{ name: 'test', prepare: () => Promise.resolve(null) },
      handle:
        handle ??
        (async (tx, consumed) => {
          await note(tx, consumed, by);
          return {};
        }),
    },
  );
  open.push(consumer);
  return consumer;
}

const seen = (): Promise<{ user_id: string; offset: bigint; by: string }[]> =>
  db.$queryRawUnsafe('SELECT * FROM seen ORDER BY user_id, "offset"');
const seenBy = async (user: string): Promise<readonly number[]> =>
  (await seen()).filter((row) => row.user_id === user).map(({ offset }) => Number(offset));
const allSeen = (count: number) => until(async () => (await seen()).length >= count, WITHIN);
const checkpoints = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await db.consumerCheckpoint.findMany()).map((row) => [row.userId, Number(row.offset)]));

describe('a consumer', () => {
  it('finds what nobody told it of, and what comes while it is told, once and in order', async () => {
    await commit([...Array<string>(60).fill('ann'), 'bob']);
    const consumer = consume('one');
    await allSeen(61);
    await commit(['ann']);
    consumer.tell([userId('ann')]);
    await allSeen(62);
    expect(await seenBy('ann')).toEqual(Array.from({ length: 61 }, (_, n) => n + 1));
    expect(await checkpoints()).toEqual({ ann: 61, bob: 1 });
  });

  it('shares the users with another process, and neither sees an event of the other', async () => {
    const users = Array.from({ length: 120 }, (_, n) => `user-${n}`);
    const begun = new Set<string>();
    const both = ['one', 'two'].map((name) =>
      consume(name, async (tx, consumed) => {
        begun.add(name);
        // Neither does all of it before the other has begun.
        await until(() => begun.size === 2, WITHIN);
        await note(tx, consumed, name);
        return {};
      }),
    );
    for (let round = 0; round < 5; round++) {
      await commit(users);
      for (const consumer of both) consumer.tell(users.map(userId));
    }
    await allSeen(600);
    const rows = await seen();
    expect(rows).toHaveLength(600);
    expect(new Set(rows.map(({ by }) => by))).toEqual(new Set(['one', 'two']));
    for (const user of users) expect(await seenBy(user)).toEqual([1, 2, 3, 4, 5]);
  });

  it('undoes what it did for an event whose checkpoint does not commit, and lets the fault of one user hold up no other', async () => {
    await commit(['ann', 'bad', 'cy', 'dan']);
    let isBroken = true;
    const consumer = consume('one', async (tx, consumed) => {
      await note(tx, consumed, 'one');
      if (isBroken && consumed.some(({ user }) => user === 'bad')) throw new Error('broken');
      return {};
    });
    await allSeen(3);
    expect((await seen()).map((row) => row.user_id)).toEqual(['ann', 'cy', 'dan']);
    isBroken = false;
    consumer.tell([userId('bad')]);
    await allSeen(4);
    expect(await seenBy('bad')).toEqual([1]);
  });

  it('does users whose rows are held again, alone, and passes over what it appended itself', async () => {
    await commit(['ann', 'bob']);
    const modes: string[] = [];
    consume('one', async (tx, consumed, { mode }) => {
      const users = consumed.map(({ user }) => user);
      modes.push(`${mode} ${users.join()}`);
      if (mode === 'skip') return { left: new Set(users.filter((user) => user === 'ann')) };
      await note(tx, consumed, 'one');
      const event = { type: 'orderUpdated' as const, data: {} as never, orderId: null, change: null };
      return { appended: await append(tx, [{ ...event, userId: userId('ann') }], new Date()) };
    });
    await allSeen(1);
    await until(async () => (await checkpoints())['ann'] === 2, WITHIN);
    expect(modes).toEqual(['skip ann,bob', 'wait ann']);
    expect(await checkpoints()).toEqual({ ann: 2, bob: 1 });
  });

  it('ends what it was told of before it stops', async () => {
    const users = Array.from({ length: 300 }, (_, n) => `user-${n}`);
    const consumer = consume('one');
    await commit(users);
    consumer.tell(users.map(userId));
    await consumer.stop();
    expect(await seen()).toHaveLength(300);
  });

  it('goes on with those for whom there is more than their stream', async () => {
    await commit(['ann']);
    let left = 3;
    const looks: number[] = [];
    consume('one', (_tx, consumed) => {
      looks.push(consumed.flatMap(({ events }) => events).length);
      left -= 1;
      return Promise.resolve({ more: left > 0 ? consumed.map(({ user }) => user) : [] });
    });
    await until(() => left === 0, { withinMs: 1_500 });
    expect(looks).toEqual([1, 0, 0]);
  });

  it('keeps the place to resume from at its checkpoint', async () => {
    await commit(['ann', 'ann', 'ann', 'ann', 'ann']);
    await db.consumerCheckpoint.create({ data: { consumer: 'test', userId: 'ann', offset: 2 } });
    await sweepRetention({ db, clock: { now: () => new Date() } }, { days: 30, eventsPerUser: 1 });
    expect(await db.streamHead.findFirst()).toMatchObject({ retainedFrom: 2n });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { type Delivery, receive } from '../../src/ingest/delivery.ts';
import { createGroupCommit, type GroupCommit, UnavailableError } from '../../src/ingest/group-commit.ts';
import { linkVenueAccount } from '../../src/ingest/link.ts';
import { userId } from '../../src/kernel/brand.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { type Bus, openLocalBus } from '../../src/stream/bus.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import type { StreamEvent } from '../../src/stream/event.ts';
import { silent } from '../stream/fakes.ts';
import { report } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { openSession, type Session, stored } from './rows.ts';

let database: TestDatabase;
let db: Db;
let session: Session;
let ingest: GroupCommit;
const published: StreamEvent[] = [];
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb({ url: database.url });
  session = await openSession(database.url);
  await ensureEpoch(db, systemIds);
  const bus: Bus = { ...openLocalBus(silent), publish: (events) => void published.push(...events) };
  const config = { venueFormats: new Map() };
  const replay = { committed: () => undefined };
  const deps = { config, db, bus, log: silent, clock: systemClock, ids: systemIds, replay };
  await linkVenueAccount(deps, { venue: 'standard', account: 'ACC-1' }, userId('ann'));
  ingest = createGroupCommit(deps);
});
afterAll(async () => {
  await session.end();
  await db.$disconnect();
  await database.drop();
});

/** Every statement passes, and COMMIT itself is refused. */
async function refuseCommits(): Promise<void> {
  await session.rows(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no commit'; END $$`);
  await session.rows(`CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON stream_events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()`);
}

it('a delivery whose COMMIT fails is not answered as taken, nothing of it is told or kept, and it may come again', async () => {
  const names = { deliveryId: randomUUID(), venue: 'standard', bodyHash: 'the same each time' };
  const content = { reports: [receive(report())] };
  const delivery: Delivery = { ...names, receivedAt: systemClock.now(), content };
  await refuseCommits();
  await expect(ingest.submit(delivery)).rejects.toBeInstanceOf(UnavailableError);
  expect(published).toEqual([]);
  const nothing = { orders: 0, events: 0, executions: 0, deliveries: 0, quarantined: 0 };
  expect(await stored(session)).toEqual(nothing);
  await session.rows('DROP TRIGGER refuse ON stream_events');
  expect(await ingest.submit(delivery)).toMatchObject({ status: 'applied', accepted: 1, duplicates: 0 });
  expect(published.map(({ position }) => position.offset)).toEqual([1]);
  expect(await stored(session)).toEqual({ ...nothing, orders: 1, events: 1, executions: 1, deliveries: 1 });
});

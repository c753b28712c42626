import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { claimSweep, endSweep, ensureSweep, holdSweep } from '../../src/venues/sweeps.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

const PLACE = randomUUID();
const AT = new Date('2026-01-30T10:00:00Z');
const one = { venue: 'desk', holder: randomUUID() };
const other = { venue: 'desk', holder: randomUUID() };

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb({ url: database.url });
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});
beforeEach(async () => {
  await db.venueSweep.deleteMany();
  await Promise.all([ensureSweep(db, 'desk'), ensureSweep(db, 'desk')]);
});

const lapse = () => db.venueSweep.update({ where: { venue: 'desk' }, data: { heldUntil: new Date(0) } });
const row = () => db.venueSweep.findUniqueOrThrow({ where: { venue: 'desk' } });

it('of many that want a sweep at once one has it', async () => {
  const claims = await Promise.all(Array.from({ length: 10 }, () => claimSweep(db, { ...one, holder: randomUUID() })));
  expect(claims.filter((claim) => claim !== null)).toEqual([{ place: null }]);
});

it('a sweep that is held is nobody else’s until its lease is over; then it is taken over at its place', async () => {
  await claimSweep(db, one);
  expect(await holdSweep(db, one, { place: PLACE, answeredAt: AT })).toBe(true);
  expect(await claimSweep(db, other)).toBeNull();
  await lapse();
  expect(await holdSweep(db, one, { place: null, answeredAt: null })).toBe(false);
  expect(await claimSweep(db, other)).toEqual({ place: PLACE });
  // Who has lost it can neither hold nor end it any more.
  expect(await holdSweep(db, one, { place: null, answeredAt: null })).toBe(false);
  await endSweep(db, one, { place: null, answeredAt: null, nextInMs: 0 });
  expect(await row()).toMatchObject({ holder: other.holder, place: PLACE, answeredAt: AT });
});

it('a sweep that has ended is due again after its time, and remembers when the venue answered', async () => {
  await claimSweep(db, one);
  await endSweep(db, one, { place: null, answeredAt: AT, nextInMs: 3_600_000 });
  expect(await claimSweep(db, other)).toBeNull();
  await db.venueSweep.update({ where: { venue: 'desk' }, data: { nextAt: new Date(0) } });
  expect(await claimSweep(db, other)).toEqual({ place: null });
  await endSweep(db, other, { place: null, answeredAt: null, nextInMs: 0 });
  expect(await row()).toMatchObject({ holder: null, heldUntil: null, answeredAt: AT });
});

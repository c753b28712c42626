import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { venueHealthOf } from '../../src/ingest/silent.ts';
import type { VenueHealth } from '../../src/notifications/parts.ts';
import { type Asked, linkAccount, postReports, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { fillOf, opening } from './desk.ts';
import { openSession, type Session } from './rows.ts';

const DESK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const STALE_SECONDS = 60;
const HOUR_MS = 3_600_000;

let service: TestService;
let session: Session;
let ops: Asked;
/** How far the clock of the one who watches is ahead. */
let aheadMs: number;
beforeEach(async () => {
  aheadMs = 0;
  const env = { WEBHOOK_SECRET_DESK: DESK_SECRET, VENUE_STALE_SECONDS: String(STALE_SECONDS) };
  service = await startService({ env });
  session = await openSession(service.databaseUrl);
  ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  await linkAccount(ops, 'ann');
});
afterEach(async () => {
  await session.end();
  await service.stop();
});

const post = (reports: Report | readonly Report[], venue = 'standard'): Promise<unknown> =>
  postReports(service.url, reports, venue === 'desk' ? { venue, secret: DESK_SECRET } : {});
const watching = (): VenueHealth =>
  venueHealthOf({ ...service.app.deps, clock: { now: () => new Date(Date.now() + aheadMs) } });
/** A process that has run for an hour. */
const watchingForLong = (): VenueHealth => {
  aheadMs = -HOUR_MS;
  const health = watching();
  aheadMs = 0;
  return health;
};
/** As if it had been so for two minutes. */
const age = (table: string, column: string, venue: string): Promise<unknown> =>
  session.rows(`UPDATE ${table} SET ${column} = ${column} - interval '2 minutes' WHERE venue = $1`, [venue]);
/** An order that is open at the venue, of which nothing was heard since. */
async function silence(venue = 'standard', overrides: Report = {}): Promise<Report> {
  const order = opening(overrides);
  await post(order, venue);
  await age('orders', 'created_at', venue);
  await age('webhook_inbox', 'received_at', venue);
  return order;
}
const heardAt = async (venue: string): Promise<Date> => {
  const [row] = await session.rows(`SELECT max(received_at) AS at FROM webhook_inbox WHERE venue = $1`, [venue]);
  return row?.['at'] as Date;
};

describe('a venue is silent', () => {
  it('while an order waits there and nothing was heard of it, since it was heard of last', async () => {
    const health = watchingForLong();
    expect(await health.stale()).toEqual([]);
    await post(opening());
    expect(await health.stale()).toEqual([]);
    await age('webhook_inbox', 'received_at', 'standard');
    await age('orders', 'created_at', 'standard');
    expect(await health.stale()).toEqual([{ venue: 'standard', since: await heardAt('standard') }]);
  });

  it('no longer once it is heard of, or no order waits', async () => {
    const health = watchingForLong();
    const order = await silence();
    expect(await health.stale()).toHaveLength(1);
    const fill = fillOf(order, { lastQty: '40' });
    await post(fill);
    expect(await health.stale()).toEqual([]);
    await age('webhook_inbox', 'received_at', 'standard');
    expect(await health.stale()).toHaveLength(1);
    await post(fillOf(order, { lastQty: '60' }));
    await age('webhook_inbox', 'received_at', 'standard');
    expect(await health.stale()).toEqual([]);
  });

  it('not in the eyes of a process that has just begun: while none ran, nothing could be heard', async () => {
    await silence();
    const health = watching();
    expect(await health.stale()).toEqual([]);
    aheadMs = (STALE_SECONDS - 1) * 1_000;
    expect(await health.stale()).toEqual([]);
    aheadMs = (STALE_SECONDS + 1) * 1_000;
    expect(await health.stale()).toEqual([{ venue: 'standard', since: await heardAt('standard') }]);
  });

  it('each for itself, since its last delivery or its last answer, whichever came later', async () => {
    const health = watchingForLong();
    await linkAccount(ops, 'ann', { venue: 'desk', account: 'ACC-1' });
    await silence();
    await silence('desk');
    expect(await health.stale()).toEqual([
      { venue: 'standard', since: await heardAt('standard') },
      { venue: 'desk', since: await heardAt('desk') },
    ]);
    const answeredAt = new Date(Date.now() - 90_000);
    await session.rows(`INSERT INTO venue_sweeps (venue, next_at, answered_at) VALUES ('desk', now(), $1)`, [
      answeredAt,
    ]);
    expect(await health.stale()).toMatchObject([{ venue: 'standard' }, { venue: 'desk', since: answeredAt }]);
    await session.rows(`UPDATE venue_sweeps SET answered_at = now()`);
    expect(await health.stale()).toMatchObject([{ venue: 'standard' }]);
  });

  it('since never, where nothing was ever heard of it', async () => {
    const health = watchingForLong();
    await silence();
    await session.rows(`DELETE FROM webhook_inbox`);
    expect(await health.stale()).toEqual([{ venue: 'standard', since: null }]);
  });
});

it('those with open orders there are affected, each once, page by page', async () => {
  const users = ['bea', 'cem', 'dan', 'eva', 'fay'];
  for (const user of users) await linkAccount(ops, user, { account: user });
  await linkAccount(ops, 'gus', { venue: 'desk', account: 'gus' });
  await post([...users, 'eva', 'bea'].map((account) => opening({ account })));
  const over = opening({ account: 'ACC-1' });
  await post([over, fillOf(over, { lastQty: '100' })]);
  await post(opening({ account: 'gus' }), 'desk');

  const health = watching();
  const pages: (readonly string[])[] = [];
  for (let after = ''; ;) {
    const page = await health.affected('standard', { after, limit: 2 });
    pages.push(page);
    if (page.length < 2) break;
    after = page.at(-1) ?? '';
  }
  expect(pages).toEqual([['bea', 'cem'], ['dan', 'eva'], ['fay']]);
  expect(await health.affected('desk', { after: '', limit: 2 })).toEqual(['gus']);
  expect(await health.affected('paper', { after: '', limit: 2 })).toEqual([]);
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { ask, type Asked } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { openRedisServer, type RedisServer } from '../support/redis.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { data, tellCritical, tellEveryday, watchNotifications } from './app.ts';

const SOON = { withinMs: 15_000 };
const ANN = userId('ann');
let redis: RedisServer;
let service: TestService;
let asked: Asked & { readonly token: string };
beforeAll(async () => {
  redis = await openRedisServer();
  service = await startService({ env: { REDIS_URL: redis.url } });
  asked = { url: service.url, token: await tokenOf(ANN) };
});
afterEach(() => redis.thaw());
afterAll(async () => {
  await service.stop();
  await redis.stop();
});

const isFeedThere = () =>
  service.app.deps.feed.reader.extent(ANN).then(
    () => true,
    () => false,
  );
async function positionOf(): Promise<string> {
  await until(isFeedThere, SOON);
  const query = '{ notifications { position } }';
  return (await data<{ notifications: { position: string } }>(asked, query)).notifications.position;
}
const idsOf = (updates: readonly { notification: { id: string } }[]): string[] =>
  updates.map(({ notification }) => notification.id);

describe('while Redis does not answer', () => {
  it('critical notifications go on, also for who begins then, and everyday ones follow when it does', async () => {
    const watch = watchNotifications(asked, { after: await positionOf() });
    const before = await tellEveryday(service.app);
    expect(idsOf(await watch.take(1))).toEqual([before]);
    redis.freeze();
    await until(async () => !(await isFeedThere()), SOON);
    const busted = await tellCritical(service.app);
    const [update] = await watch.take(1);
    expect(update?.notification.id).toBe(busted);
    const answer = await ask(asked, '{ notifications { unreadCount } }');
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    // From now on, and the feed's head is not known yet.
    const late = watchNotifications(asked);
    const lateUpdates = late.take(1);
    const resumed = watchNotifications(asked, { after: update?.cursor ?? '' });
    const corrected = await until(() => tellCritical(service.app, { type: 'EXECUTION_CORRECTED' }), SOON);
    expect(idsOf(await watch.take(1))).toEqual([corrected]);
    expect(idsOf(await resumed.take(1))).toEqual([corrected]);
    redis.thaw();
    await until(isFeedThere, SOON);
    const filled = await tellEveryday(service.app);
    expect(idsOf(await watch.take(1))).toEqual([filled]);
    expect(idsOf(await resumed.take(1))).toEqual([filled]);
    let hasBegun = false;
    void lateUpdates.then(() => (hasBegun = true));
    await until(async () => {
      if (!hasBegun) await tellEveryday(service.app);
      return hasBegun;
    }, SOON);
    for (const each of [watch, late, resumed]) each.cut();
  });
});

it('what was lost with Redis is said of that half alone', async () => {
  await tellEveryday(service.app);
  const position = await positionOf();
  const open = watchNotifications(asked, { after: position });
  await tellEveryday(service.app);
  await open.take(1);
  await redis.restart();
  expect(await open.ended()).toEqual({ code: 'RESUME_EXPIRED', half: 'everyday' });
  await until(isFeedThere, SOON);
  const resumed = watchNotifications(asked, { after: position });
  expect(await resumed.ended()).toEqual({ code: 'RESUME_EXPIRED', half: 'everyday' });
  // A snapshot is all that it takes: the critical ones are there, and go on.
  const again = watchNotifications(asked, { after: await positionOf() });
  const [busted, filled] = [await tellCritical(service.app), await tellEveryday(service.app)];
  expect(idsOf(await again.take(2)).sort()).toEqual([busted, filled].sort());
  for (const each of [open, resumed, again]) each.cut();
});

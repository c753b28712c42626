import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { openRedisServer, type RedisServer } from '../support/redis.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { watchSocket } from '../support/watch.ts';

/** A bound of the product, with room for a machine that is busy with other tests. */
const SOON = { withinMs: 15_000 };

let redis: RedisServer;
let service: TestService;
beforeEach(async () => {
  redis = await openRedisServer();
});
afterEach(async () => {
  redis.thaw();
  await service.stop();
  await redis.stop();
});

const fill = (n: number) => report({ execId: `E${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' });
const degraded = (): boolean => service.app.deps.bus.isDegraded();

async function start(): Promise<{ url: string; token: string; after: string }> {
  service = await startService({ env: { REDIS_URL: redis.url } });
  const { url } = service;
  await linkAccount({ url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
  const token = await tokenOf('ann');
  return { url, token, after: await positionOf({ url, token }) };
}

const hang = (): Promise<void> => {
  redis.freeze();
  return Promise.resolve();
};
const unhang = (): Promise<void> => {
  redis.thaw();
  return Promise.resolve();
};

describe('while Redis', () => {
  it.each([
    ['is away', () => redis.kill(), () => redis.restart()],
    ['hangs', hang, unhang],
  ])('%s, webhooks are taken and updates come from the log, and it heals', async (_name, hurt, mend) => {
    const { url, token, after } = await start();
    const watch = watchSocket({ url, token }, { after });
    await until(() => !degraded(), SOON);
    await postReports(url, fill(1));
    await watch.until((updates) => updates.length === 1);
    await hurt();
    await until(degraded, SOON);
    expect((await postReports(url, fill(2))).status).toBe(200);
    await watch.until((updates) => updates.length === 2);
    await mend();
    await until(() => !degraded(), SOON);
    await postReports(url, fill(3));
    const updates = await watch.until((all) => all.length === 3);
    expect(updates.map(({ order }) => order.version)).toEqual([1, 2, 3]);
    watch.stop();
  });

  it('was never up, the service starts, says so and heals', async () => {
    await redis.kill();
    const { url, token, after } = await start();
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', degraded: true });
    const watch = watchSocket({ url, token }, { after });
    await postReports(url, fill(1));
    await watch.until((updates) => updates.length === 1);
    await redis.restart();
    await until(() => !degraded(), SOON);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', degraded: false });
    await postReports(url, fill(2));
    await watch.until((updates) => updates.length === 2);
    watch.stop();
  });
});

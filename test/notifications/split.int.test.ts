import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { opening } from '../ingest/desk.ts';
import { postReports } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { data, watchNotifications } from './app.ts';

/** Fifteen sweeps, of two seconds each, look at fewer users than these: what is told sooner was announced. */
const USERS = 300_000;
const WITHIN_MS = 20_000;

/** One takes webhooks and facts, the other one tells. */
let taking: TestService;
let telling: TestService;
beforeAll(async () => {
  const shared = { REDIS_PREFIX: `test:${randomUUID()}:`, OUTGOING_WEBHOOKS: '1' };
  telling = await startService({ env: { ...shared, NOTIFICATIONS: '1' } });
  taking = await startService({ databaseUrl: telling.databaseUrl, env: { ...shared, NOTIFICATIONS: '0' } });
  await telling.app.deps.db.$executeRaw`
    WITH made AS (
      INSERT INTO users (id) SELECT 'a-' || n FROM generate_series(1, ${USERS}) AS n RETURNING id
    )
    INSERT INTO stream_heads (user_id, "offset") SELECT id, 0 FROM made`;
});
afterAll(async () => {
  await taking.stop();
  await telling.stop();
});

it('what one process commits is told by another one at once', { timeout: WITHIN_MS }, async () => {
  const zed = await openTrader(telling.url, 'zed');
  const query = '{ notifications { position } }';
  const { notifications } = await data<{ notifications: { position: string } }>(zed, query);
  const watch = watchNotifications(zed, { after: notifications.position });
  await postReports(taking.url, opening({ account: 'zed', execType: 'REJECTED', text: 'no' }));
  expect(await watch.take(1)).toMatchObject([{ change: 'RECEIVED' }]);
});

it('either says what is configured', async () => {
  const query = '{ channels { channel configured } }';
  const zed = { url: taking.url, token: await tokenOf('zed') };
  const { channels } = await data<{ channels: { channel: string; configured: boolean }[] }>(zed, query);
  expect(channels.filter(({ configured }) => configured).map(({ channel }) => channel)).toEqual([
    'IN_APP',
    'PUSH',
    'WEBHOOK',
  ]);
});

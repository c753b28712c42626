import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkAccount, positionOf, postReports, report, wsClient } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

it('pushes what a webhook reports', async () => {
  const { url } = service;
  await linkAccount({ url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
  const token = await tokenOf('ann');
  const after = await positionOf({ url, token });
  const client = wsClient({ url, token });
  const updates = client.iterate({
    query: 'subscription Watch($after: Cursor) { orderUpdated(after: $after) { event { status } order { version } } }',
    variables: { after },
  });
  const first = updates.next();
  let answer = await postReports(url, report());
  expect(answer.body).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
  expect(answer.status).toBe(200);
  console.log(JSON.stringify(await first));
  const t = performance.now();
  const n = 2000;
  let seen = 0;
  const done = (async () => { for await (const u of updates) { if (++seen === n) break; } })();
  const lat: number[] = [];
  await Promise.all(Array.from({ length: n }, async (_, i) => {
    const s = performance.now();
    answer = await postReports(url, report({ execType: 'TRADE', lastQty: '0.01', lastPx: '10' }));
    lat.push(performance.now() - s);
    expect(answer.body).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
  }));
  console.log('posted', performance.now() - t, lat.sort((a, b) => a - b)[n / 2]);
  await done;
  console.log('seen', seen, performance.now() - t);
  await client.dispose();
});

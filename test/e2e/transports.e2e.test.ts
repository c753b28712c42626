import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { type Item, TRANSPORTS } from '../support/ways-to-follow.ts';

let service: TestService;
let asked: { readonly url: string; readonly token: string };
beforeAll(async () => {
  service = await startService();
  asked = { url: service.url, token: await tokenOf('ann') };
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(() => service.stop());

/** Commits so many fills, in deliveries of a few, and gives their execIds in the order of the log. */
async function commit(count: number): Promise<readonly string[]> {
  const execIds = Array.from({ length: count }, () => randomUUID());
  for (let at = 0; at < count; at += 4) {
    const fills = execIds
      .slice(at, at + 4)
      .map((execId) => ({ execId, execType: 'TRADE', lastQty: '0.1', lastPx: '10' }));
    const { body } = await postReports(service.url, fills.map(report));
    expect(body).toMatchObject({ accepted: fills.length });
  }
  return execIds;
}

const execIdsOf = (items: readonly Item[]): readonly unknown[] => items.map(({ event }) => event['execId']);

const pairs = TRANSPORTS.flatMap(([from, leave]) => TRANSPORTS.map(([to, back]) => ({ from, leave, to, back })));

describe('a reader that leaves in mid-stream', () => {
  it.each(pairs)('by $from and comes back by $to meets no hole and no repeat', async ({ leave, back }) => {
    const after = await positionOf(asked);
    const first = leave(asked, after);
    const early = commit(10);
    const seen = (await first.until(6)).slice(0, 6);
    const late = await commit(7);
    first.stop();
    const second = back(asked, seen.at(-1)!.cursor);
    const all = [...(await early), ...late];
    const rest = await second.until(all.length - seen.length);
    second.stop();
    expect(execIdsOf([...seen, ...rest])).toEqual(all);
  });
});

describe('an event', () => {
  it('has the same cursor and the same JSON values on every transport', async () => {
    const after = await positionOf(asked);
    const followings = TRANSPORTS.map(([, follow]) => follow(asked, after));
    await commit(9);
    const [socket, ...others] = await Promise.all(followings.map((following) => following.until(9)));
    for (const items of others) expect(items).toMatchObject(socket!);
    for (const following of followings) following.stop();
  });
});

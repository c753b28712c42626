import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkAccount } from '../support/client.ts';
import { counted, fillOf, openDesk, opening } from './desk.ts';
import { stored } from './rows.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

describe('an account that belongs to nobody yet', () => {
  it('keeps its reports waiting, and once linked they are applied in the order they came', async () => {
    const account = `ACC-${randomUUID()}`;
    const order = opening({ account });
    expect(await desk.post(order)).toEqual(counted(0, 0, 1));
    expect(await desk.post([fillOf(order, { lastQty: '60' }), fillOf(order)])).toEqual(counted(0, 0, 2));
    expect(await desk.lastQuarantined()).toMatchObject({ reason: 'UNMAPPED_ACCOUNT', account });
    await linkAccount(desk.ops, 'carl', { account });
    expect(await desk.orderRow(order)).toMatchObject({ status: 'FILLED', version: 3 });
    const events = await desk.session.rows(
      `SELECT "offset"::int, data->'event'->>'execType' AS type, data->'event'->>'lastQty' AS qty
       FROM stream_events WHERE user_id = 'carl' ORDER BY 1`,
    );
    expect(events).toEqual([
      { offset: 1, type: 'NEW', qty: null },
      { offset: 2, type: 'TRADE', qty: '60' },
      { offset: 3, type: 'TRADE', qty: '40' },
    ]);
    const waiting = 'SELECT count(*) FROM quarantined_reports WHERE account = $1 AND resolved_at IS NULL';
    expect(await desk.session.count(waiting, [account])).toBe(0);
  });

  it('can be linked twice to its user, and not to another one', async () => {
    const account = `ACC-${randomUUID()}`;
    await linkAccount(desk.ops, 'carl', { account });
    const before = await stored(desk.session);
    await linkAccount(desk.ops, 'carl', { account });
    await expect(linkAccount(desk.ops, 'dora', { account })).rejects.toThrow(/BAD_USER_INPUT/);
    expect(await stored(desk.session)).toEqual(before);
  });

  it('leaves no report behind while it is linked', async () => {
    const account = `ACC-${randomUUID()}`;
    const orders = Array.from({ length: 60 }, () => opening({ account }));
    const posted = orders.map((order) => desk.post(order));
    await linkAccount(desk.ops, 'erin', { account });
    await Promise.all(posted);
    expect(await desk.session.count(`SELECT count(*) FROM orders WHERE user_id = 'erin'`)).toBe(60);
    expect(await desk.session.count(`SELECT "offset" FROM stream_heads WHERE user_id = 'erin'`)).toBe(60);
  });
});

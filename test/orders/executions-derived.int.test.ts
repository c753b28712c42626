import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillOf, openDesk, opening } from '../ingest/desk.ts';
import { ask, linkAccount, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

/** A user with one order in an account of their own. */
async function openUser() {
  const user = `user-${randomUUID()}`;
  await linkAccount(desk.ops, user, { account: user });
  return { asked: { url: desk.url, token: await tokenOf(user) }, opened: () => opening({ account: user }) };
}

interface Node extends Record<string, unknown> {
  readonly execId: string;
}
interface Page {
  readonly edges: readonly { readonly node: Node }[];
}
const at = (second: number): string => new Date(Date.UTC(2026, 0, 31, 15, 0, second)).toISOString();
const LIST = '{ edges { node { execId lastQty lastPx counts busted superseded } } }';

describe('an execution that the venue has stated before its own message came', () => {
  const statedOf = ({ venueOrderId, clOrdId, account }: Report, cumQty: string, second: number): Report => ({
    ...{ venueOrderId, clOrdId, account, execId: randomUUID(), execType: 'ORDER_STATUS' },
    ...{ status: 'PARTIALLY_FILLED', cumQty, avgPx: '10', transactTime: at(second) },
  });
  /** What each execution of the one order says, oldest first, the derived ones as such; with the order's own sums. */
  async function listOf(asked: { url: string; token: string }) {
    const { data } = await ask(
      asked,
      `{ executions(orderBy: { direction: ASC }) ${LIST} orders { edges { node { cumQty avgPx executions ${LIST} } } } }`,
    );
    const [own] = (data?.['orders'] as { edges: { node: { cumQty: string; avgPx: string; executions: Page } }[] })
      .edges;
    const nodes = own!.node.executions.edges.map(({ node }) => node);
    expect(nodes).toEqual((data?.['executions'] as Page).edges.map(({ node }) => node));
    const { cumQty, avgPx } = own!.node;
    const counting = nodes.filter(({ counts }) => counts).map(({ lastQty }) => Number(lastQty));
    expect(String(counting.reduce((sum, qty) => sum + qty, 0))).toBe(cumQty);
    return {
      ...{ cumQty, avgPx },
      fills: nodes.map(({ execId, lastQty, lastPx, counts, busted, superseded }) => {
        const flags = Object.entries({ counts, busted, superseded }).flatMap(([flag, is]) => (is ? [flag] : []));
        const amount = `${String(lastQty)}@${String(lastPx)}`;
        return [execId.includes(':') ? 'DERIVED' : 'OWN', amount, ...flags].join(' ');
      }),
    };
  }

  it('gives way to it, however that is corrected or busted afterwards', async () => {
    const { asked, opened } = await openUser();
    const order = opened();
    const late = fillOf(order, { lastQty: '40', cumQty: '40', transactTime: at(1) });
    await desk.post([order, statedOf(order, '40', 2)]);
    expect(await listOf(asked)).toEqual({ cumQty: '40', avgPx: '10', fills: ['DERIVED 40@10 counts'] });
    await desk.post(late);
    expect(await listOf(asked)).toMatchObject({
      cumQty: '40',
      fills: ['OWN 40@10 counts', 'DERIVED 40@10 superseded'],
    });
    const about = { execRefId: late['execId'] };
    const correction = { ...about, execType: 'TRADE_CORRECT', lastQty: '30', lastPx: '11', transactTime: at(3) };
    await desk.post(fillOf(order, correction));
    expect(await listOf(asked)).toEqual({
      ...{ cumQty: '30', avgPx: '11' },
      fills: ['OWN 40@10', 'DERIVED 40@10 superseded', 'OWN 30@11 counts'],
    });
    await desk.post(fillOf(order, { ...about, execType: 'TRADE_CANCEL', transactTime: at(4) }));
    const busted = await listOf(asked);
    expect([busted.cumQty, busted.fills.some((fill) => fill.includes('counts'))]).toEqual(['0', false]);
  });

  it('tells the rest, with its newest statement, where only a part of it has come', async () => {
    const { asked, opened } = await openUser();
    const order = opened();
    const late = fillOf(order, { lastQty: '20', cumQty: '50', lastPx: '12', transactTime: at(3) });
    await desk.post([order, statedOf(order, '30', 2), statedOf(order, '60', 5)]);
    await desk.post(late);
    expect(await listOf(asked)).toEqual({
      // 60 x 10, less 20 x 12: 360 for 40.
      ...{ cumQty: '60', avgPx: '10' },
      fills: ['DERIVED 30@10 superseded', 'OWN 20@12 counts', 'DERIVED 40@9 counts'],
    });
    await desk.post(fillOf(order, { lastQty: '5', lastPx: '10', cumQty: '65', transactTime: at(6) }));
    expect(await listOf(asked)).toMatchObject({
      cumQty: '65',
      fills: ['DERIVED 30@10 superseded', 'OWN 20@12 counts', 'DERIVED 40@9 counts', 'OWN 5@10 counts'],
    });
  });
});

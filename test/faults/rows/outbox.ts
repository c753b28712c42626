import { ask } from '../ask.ts';
import { userOf } from '../database.ts';
import { pause } from '../time.ts';
import type { Aftermath, Row, Scene } from './row.ts';
import { TWO_INSTANCES } from './schedule.ts';

// F36: two processes send what orders owe their venue; the one that holds it stops and comes back when the other has taken over.

const ORDERS = 20;
const FAR_MS = 1_500;
/** Requests are on their way to the exchange then, and none is answered. */
const ON_THE_WAY_MS = 700;
const TAKEN_OVER_WITHIN_MS = 30_000;
const SETTLED_WITHIN_MS = 20_000;
const AFTER_THAW_MS = 1_000;
const LOOK_MS = 100;

const PLACE = `mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id } refusal { code message } }
}`;
const MODIFY = 'mutation Modify($input: ModifyOrderInput!) { modifyOrder(input: $input) { refusal { code message } } }';
const CANCEL = 'mutation Cancel($input: CancelOrderInput!) { cancelOrder(input: $input) { refusal { code message } } }';

const HELD =
  'SELECT count(*)::int AS count FROM order_requests WHERE request IS NOT NULL AND sent_at IS NULL AND held_until IS NOT NULL';
const UNSENT = 'SELECT count(*)::int AS count FROM order_requests WHERE request IS NOT NULL AND sent_at IS NULL';
const OPEN = "SELECT count(*)::int AS count FROM orders WHERE venue = 'paper' AND open";

const INSISTS_FOR_MS = 30_000;
const RETRY_MS = 300;

/** As an app asks that is told to come back in a moment. */
async function insist<Data>(...[asking, query, variables]: Parameters<typeof ask>): Promise<Data> {
  const from = performance.now();
  for (;;) {
    try {
      return await ask<Data>(asking, query, variables);
    } catch (error) {
      const isOver = performance.now() - from > INSISTS_FOR_MS;
      if (isOver || !String(error).includes('UNAVAILABLE')) throw error;
    }
    await pause(RETRY_MS);
  }
}

const count = async ({ stage: { postgres, database } }: Scene, sql: string): Promise<number> =>
  (await postgres.query<{ count: number }>(sql, { database }))[0]?.count ?? 0;

async function untilNone(scene: Scene, sql: string, withinMs: number): Promise<number> {
  const from = performance.now();
  for (;;) {
    const left = await count(scene, sql);
    if (left === 0 || performance.now() - from > withinMs) return left;
    await pause(LOOK_MS);
  }
}

/** A limit that no price reaches, so that the order rests until it is canceled. */
const restingOrder = (n: number): object => ({
  ...{ clOrdId: `P-${n}`, venue: 'paper', account: userOf(n), symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY' },
  ...{ orderType: 'LIMIT', timeInForce: 'DAY', quantity: '10', price: '0.01' },
});

async function takeOver(scene: Scene): Promise<void> {
  const { stage, find, note } = scene;
  const [first, second] = stage.instances;
  if (!first || !second) return;
  const urlOf = (port: number): string => `http://127.0.0.1:${port}`;
  const exchange = stage.proxy('exchange');
  await exchange.set({ delayMs: FAR_MS, jitterMs: 0 });
  const ids = await Promise.all(
    Array.from({ length: ORDERS }, async (_, n) => {
      const asking = { url: urlOf(first.port), user: userOf(n) };
      const { placeOrder } = await insist<{ placeOrder: { order: { id: string } } }>(asking, PLACE, {
        input: restingOrder(n),
      });
      return placeOrder.order.id;
    }),
  );
  await pause(ON_THE_WAY_MS);
  first.freeze();
  note(`${await count(scene, HELD)} requests held by the one that stopped`);
  if ((await count(scene, HELD)) === 0) find('nothing was held when the process stopped');
  await exchange.set('pass');
  const change = (query: string, prefix: string, more: object): Promise<unknown> =>
    Promise.all(
      ids.map((orderId, n) => {
        const input = { orderId, clOrdId: `${prefix}-${n}`, ...more };
        return insist({ url: urlOf(second.port), user: userOf(n) }, query, { input });
      }),
    );
  await change(MODIFY, 'R', { quantity: '20' });
  const unsent = await untilNone(scene, UNSENT, TAKEN_OVER_WITHIN_MS);
  if (unsent > 0) find(`${unsent} requests were not taken over within ${TAKEN_OVER_WITHIN_MS} ms`);
  first.thaw();
  await pause(AFTER_THAW_MS);
  await change(CANCEL, 'C', {});
  const open = await untilNone(scene, OPEN, SETTLED_WITHIN_MS);
  if (open > 0) find(`${open} orders were not canceled within ${SETTLED_WITHIN_MS} ms`);
}

const twoSenders: Row = {
  id: 'F36',
  title: 'two senders of orders at once',
  differs: 'venue requests, and no other consumer yet: the stopped one comes back once the other has sent what it held',
  stage: { instances: 2, exchange: true },
  load: TWO_INSTANCES,
  catchUpMs: 10_000,
  plan: () => [{ atMs: 1_000, what: 'SIGSTOP until the other has taken over', run: takeOver }],
  expect: eachOnce,
};

/** The exchange has acknowledged, replaced and canceled each order once. */
function eachOnce({ log }: Aftermath, find: Scene['find']): void {
  const told = new Map<string, number>();
  for (const { data } of log) {
    const { event, order } = JSON.parse(data) as { event: { execType: string }; order: { id: string; venue: string } };
    if (order.venue !== 'paper') continue;
    const what = `${event.execType} of ${order.id}`;
    told.set(what, (told.get(what) ?? 0) + 1);
  }
  for (const execType of ['NEW', 'REPLACED', 'CANCELED']) {
    const counts = [...told].filter(([what]) => what.startsWith(`${execType} `)).map(([, times]) => times);
    const more = counts.filter((times) => times > 1).length;
    if (counts.length !== ORDERS || more > 0)
      find(`${counts.length} of ${ORDERS} orders were told ${execType}, ${more} of them more than once`);
  }
}

export const outboxRows: readonly Row[] = [twoSenders];

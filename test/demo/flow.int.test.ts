import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { openDemoFlow, type DemoFlowOptions } from '../../src/demo/flow.ts';
import { nextIntent } from '../../src/demo/intent.ts';
import { scenarioRequest } from '../../src/venues/paper/wire-scenario.ts';

type Input = Readonly<Record<string, string | null>>;

interface Call {
  /** The mutation or query, or the path for a call to the exchange. */
  readonly name: string;
  readonly authorization: string | undefined;
  readonly input: Input;
}

const order = (id: string, terms: object = {}) => ({
  ...{ id, clOrdId: `demo-old-${id}`, side: 'BUY', orderType: 'LIMIT', price: '100', pendingAction: null },
  createdAt: '2026-01-02T00:00:00.000Z',
  ...terms,
});

/** The service's GraphQL and the exchange, as far as the flow sees them. */
async function openService(
  openOrders: () => readonly object[],
  failing: (call: Call, n: number) => boolean = () => false,
) {
  const calls: Call[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { query = '', variables, ...rest } = JSON.parse(body) as { query?: string; variables?: { input?: Input } };
      const name = /(orders|\w+Order)\(/.exec(query)?.[1] ?? String(request.url);
      const call = { name, authorization: request.headers.authorization, input: variables?.input ?? rest };
      const failed = failing(call, calls.length);
      calls.push(call);
      const edges = openOrders().map((node) => ({ node }));
      const data = name === 'orders' ? { orders: { edges } } : { [name]: { refusal: null } };
      response.writeHead(failed ? 500 : 200).end(failed ? 'no JSON' : JSON.stringify({ data }));
      for (const look of waiting) look();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const when = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (condition()) resolve();
      };
      waiting.add(look);
      look();
    });
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url, calls, when, close, named: (name: string) => calls.filter((call) => call.name === name) };
}

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function flowAgainst(
  service: Awaited<ReturnType<typeof openService>>,
  options: Partial<DemoFlowOptions> = {},
): { readonly logged: readonly string[] } {
  const stopping = new AbortController();
  const logged: string[] = [];
  const { ended } = openDemoFlow({
    graphqlUrl: `${service.url}/graphql`,
    exchangeUrl: service.url,
    tokens: new Map([['alice', 'token-of-alice']]),
    seed: 1,
    run: 'r1',
    intervalMs: 0,
    log: { debug: (_, message) => logged.push(message) },
    signal: stopping.signal,
    ...options,
  });
  stops.push(async () => {
    stopping.abort();
    await ended;
    service.close();
  });
  return { logged };
}

describe("the demo's order flow", () => {
  it('places the seeded orders, as an app would, under clOrdIds of its run', async () => {
    const service = await openService(() => []);
    flowAgainst(service, { tokens: () => new Map([['bob', 'token-of-bob']]) });
    await service.when(() => service.named('placeOrder').length >= 40);
    service.named('placeOrder').forEach(({ input, authorization }, n) => {
      expect(input).toEqual({ ...nextIntent(1, n).order, clOrdId: `demo-r1-${n}` });
      expect(authorization).toBe('Bearer token-of-bob');
    });
  });

  it('begins with orders of every trader by turns, without its usual waits', async () => {
    const service = await openService(() => []);
    const tokens = new Map(['alice', 'bob', 'carol'].map((user) => [user, user]));
    flowAgainst(service, { tokens, intervalMs: 3_600_000 });
    await service.when(() => service.named('placeOrder').length >= 12);
    expect(service.named('placeOrder').map(({ authorization }) => authorization)).toEqual(
      Array.from({ length: 4 }, () => ['Bearer alice', 'Bearer bob', 'Bearer carol']).flat(),
    );
  });

  it('announces a reject to the exchange before it places the order', async () => {
    const service = await openService(() => []);
    flowAgainst(service);
    await service.when(() => service.named('/scenarios').length >= 2);
    const announced = service.named('/scenarios')[0]?.input;
    expect(announced).toMatchObject({ scenario: 'reject' });
    const at = service.calls.findIndex(({ name }) => name === '/scenarios');
    expect(service.calls[at + 1]).toMatchObject({ name: 'placeOrder', input: { clOrdId: announced?.['clOrdId'] } });
  });

  it('announces only what the exchange understands', async () => {
    const service = await openService(() => []);
    flowAgainst(service);
    const steps = (): readonly Call[] =>
      service.named('/scenarios').filter(({ input }) => input['steps'] !== undefined);
    await service.when(() => new Set(steps().map(({ input }) => JSON.stringify(input['steps']))).size === 3);
    for (const { input } of service.named('/scenarios')) expect(scenarioRequest.safeParse(input).success).toBe(true);
  });

  it('modifies and cancels its oldest resting order, whichever run left it, and never one placed by hand', async () => {
    const orders = [
      order('newer', { createdAt: '2026-01-03T00:00:00.000Z' }),
      order('oldest', { createdAt: '2026-01-01T00:00:00.000Z', price: '100', side: 'SELL' }),
      order('by-hand', { clOrdId: 'mine', createdAt: '2025-01-01T00:00:00.000Z' }),
      order('at-market', { orderType: 'MARKET', price: null, createdAt: '2025-01-01T00:00:00.000Z' }),
    ];
    const service = await openService(() => orders);
    flowAgainst(service);
    await service.when(() => service.named('modifyOrder').length > 1 && service.named('cancelOrder').length > 1);
    const ids = [...service.named('modifyOrder'), ...service.named('cancelOrder')].map(({ input }) => input['orderId']);
    expect(new Set(ids)).toEqual(new Set(['oldest']));
    expect(service.named('modifyOrder')[0]?.input['price']).toBe('99.4');
  });

  it('keeps at most four open by cancelling its own oldest resting ones', async () => {
    const orders = ['a', 'b', 'c', 'd', 'e'].map((id, day) =>
      order(id, { createdAt: `2026-01-0${day + 1}T00:00:00Z` }),
    );
    const service = await openService(() => orders);
    flowAgainst(service);
    await service.when(() => service.named('placeOrder').length > 0);
    const first = service.calls.findIndex(({ name }) => name === 'placeOrder');
    const canceled = service.calls.slice(0, first).filter(({ name }) => name === 'cancelOrder');
    expect(new Set(canceled.map(({ input }) => input['orderId']))).toEqual(new Set(['a', 'b']));
  });

  it('places no more while eight are open, and asks again to cancel them', async () => {
    const stuck = Array.from({ length: 8 }, (_, i) => order(`s${i}`, { pendingAction: 'CANCEL' }));
    const service = await openService(() => stuck);
    flowAgainst(service);
    await service.when(() => service.named('cancelOrder').length >= 8);
    expect(service.named('placeOrder')).toEqual([]);
    expect(new Set(service.named('cancelOrder').map(({ input }) => input['orderId'])).size).toBe(8);
  });

  it('goes on after errors', async () => {
    const service = await openService(
      () => [],
      (_, n) => n < 20,
    );
    const { logged } = flowAgainst(service);
    await service.when(() => service.named('placeOrder').length > 3);
    expect(new Set(logged)).toEqual(new Set(['the demo left out an order']));
  });
});

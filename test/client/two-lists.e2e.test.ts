import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOrderList, type OrderList } from '../../src/client/orders.ts';
import { sweepRetention } from '../../src/stream/retention.ts';
import { postReports, report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { openBlockingProxy } from './blocking-proxy.ts';
import { SOURCES } from './sources.ts';
import { openApp } from './support.ts';

const SOON = { withinMs: 10_000 };

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const shownBy = (list: OrderList): readonly string[] =>
  list.getSnapshot().orders.map(({ symbol, version }) => `${symbol} v${version}`);

it.each(SOURCES)(
  'two lists on %s follow each from its own page, and each loads again what it missed',
  async (kind, open) => {
    const user = `two-${kind.replace(/\W/g, '')}`;
    const fill = (symbol: string, n: number): Promise<unknown> => {
      const terms = { account: user, clOrdId: `${user}-${symbol}`, venueOrderId: `${user}-${symbol}`, symbol };
      return postReports(
        service.url,
        report({ ...terms, execId: `${user}-${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' }),
      );
    };
    const proxy = await openBlockingProxy(service.url);
    const trader = { ...(await openTrader(service.url, user)), url: proxy.url };
    let answers = 0;
    let isHeld = Promise.resolve();
    const slow: typeof fetch = async (...asked) => {
      const response = await fetch(...asked);
      answers += 1;
      await isHeld;
      return response;
    };
    const app = openApp(trader, { failuresMax: 1, fetch: slow });
    const headers = { authorization: `Bearer ${trader.token}` };
    const source = open(app, { url: proxy.url, headers, fetch: slow });
    await fill('AAPL', 1);
    const all = openOrderList(source);
    const ends = [all.start()];
    await until(() => shownBy(all).includes('AAPL v1'), SOON);
    await app.statusThat(({ state }) => state === 'live');

    // The other list's page is on its way, and as old as the place where the first one follows from.
    let letGo = (): void => undefined;
    isHeld = new Promise((resolve) => (letGo = resolve));
    const before = answers;
    const some = openOrderList(source, { filter: { symbols: ['AAPL', 'MSFT'] } });
    ends.push(some.start());
    await until(() => answers > before, SOON);
    await fill('MSFT', 2);
    await until(() => shownBy(all).includes('MSFT v1'), SOON);
    letGo();
    await until(() => shownBy(some).includes('MSFT v1'), SOON);
    expect(shownBy(some)).toEqual(['MSFT v1', 'AAPL v1']);

    proxy.block({ websocket: true, sse: true, rest: true });
    await app.statusThat(({ state }) => state === 'offline');
    for (const n of [3, 4, 5]) await fill('MSFT', n);
    await sweepRetention(service.app.deps, { days: 30, eventsPerUser: 1 });
    proxy.block({});
    for (const list of [all, some]) await until(() => shownBy(list).includes('MSFT v4'), SOON);
    await fill('MSFT', 6);
    for (const list of [all, some]) await until(() => shownBy(list).includes('MSFT v5'), SOON);
    for (const list of [all, some]) expect(list.getSnapshot().error).toBeNull();
    for (const end of ends) end();
    app.client.close();
    await proxy.close();
  },
);

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { type Asked, postReports, report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type BlockingProxy, openBlockingProxy } from './blocking-proxy.ts';
import { type PageServer, servePage } from './page/serve.ts';

const LONG_MS = 60_000;
const STEP_MS = 15_000;

let service: TestService;
let proxy: BlockingProxy;
let server: PageServer;
let browser: Browser;
beforeAll(async () => {
  // Bundling leaves this process no time for anything else.
  server = await servePage();
  [service, browser] = await Promise.all([startService(), openBrowser()]);
  proxy = await openBlockingProxy(service.url);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await proxy.close();
  await service.stop();
});

async function fill(user: string, symbol: string, lastQty = '1'): Promise<void> {
  const terms = { account: user, clOrdId: `${user}-${symbol}`, venueOrderId: `${user}-${symbol}`, symbol };
  const answer = await postReports(service.url, report({ ...terms, execType: 'TRADE', lastQty, lastPx: '10' }));
  expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
}

async function openPage(asked: Required<Asked>, user: string): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  await page.goto(addressOf(asked, user));
  return page;
}

const addressOf = (asked: Required<Asked>, user: string): string =>
  `${server.url}/?${new URLSearchParams({ ...asked, user }).toString()}`;

/** Whether anything is kept on the device. */
const isKept = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const open = indexedDB.open('fillstream');
    await new Promise((resolve) => (open.onsuccess = resolve));
    const all = open.result.transaction('lists').objectStore('lists').getAll();
    await new Promise((resolve) => (all.onsuccess = resolve));
    open.result.close();
    return all.result.length > 0;
  });

const shows = (page: Page, id: string, text: string | RegExp): Promise<void> =>
  page.locator(`#${id}`).filter({ hasText: text }).waitFor();

it(
  'lists orders in pages, keeps them up to date, and takes closed ones off, over WebSocket and without it',
  async () => {
    const trader = { ...(await openTrader(service.url, 'pia')), url: proxy.url };
    for (const symbol of ['A', 'B', 'C']) await fill('pia', symbol);
    const page = await openPage(trader, 'pia');
    await shows(page, 'status', 'live websocket');
    await shows(page, 'list', /^C:1 B:1$/);
    await page.locator('#more').click();
    await shows(page, 'list', /^C:1 B:1 A:1$/);
    await fill('pia', 'A');
    await shows(page, 'list', /^C:1 B:1 A:2$/);
    await fill('pia', 'D');
    await shows(page, 'list', /^D:1 C:1 B:1 A:2$/);
    await fill('pia', 'C', '99');
    await shows(page, 'list', /^D:1 B:1 A:2$/);

    proxy.block({ websocket: true });
    await shows(page, 'status', 'live sse');
    await fill('pia', 'B');
    await shows(page, 'list', /^D:1 B:2 A:2$/);
    expect(await page.locator('li').allInnerTexts()).toEqual(['D:1', 'B:2', 'A:2']);
    await page.context().close();
    proxy.block({});
  },
  LONG_MS,
);

it(
  'shows the last known orders at once when it is started without a network, and forgets them at the sign-out',
  async () => {
    const trader = { ...(await openTrader(service.url, 'ole')), url: proxy.url };
    await fill('ole', 'X');
    const page = await openPage(trader, 'ole');
    await shows(page, 'list', /^X:1$/);
    await until(() => isKept(page), { withinMs: STEP_MS });

    proxy.block({ websocket: true, sse: true, rest: true });
    await page.reload();
    await shows(page, 'source', /^kept \d+$/);
    await shows(page, 'list', /^X:1$/);
    await shows(page, 'status', /^(idle|offline)/);

    await page.goto(addressOf({ ...trader }, 'somebody-else'));
    await shows(page, 'source', 'nothing');
    await page.goto(addressOf(trader, 'ole'));
    await shows(page, 'source', 'nothing');

    proxy.block({});
    await shows(page, 'list', /^X:1$/);
    await page.locator('#out').click();
    await shows(page, 'status', /^offline/);
    proxy.block({ websocket: true, sse: true, rest: true });
    await page.reload();
    await shows(page, 'source', 'nothing');
    expect(await page.locator('#list').innerText()).toBe('');
    await page.context().close();
    proxy.block({});
  },
  LONG_MS,
);

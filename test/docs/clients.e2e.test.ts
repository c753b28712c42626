import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { diceOf } from '../faults/dice.ts';
import { openProxy, type Proxy } from '../faults/proxy.ts';
import { userId } from '../../src/kernel/brand.ts';
import { tellCritical, tellEveryday } from '../notifications/app.ts';
import { openBrowser } from '../support/browser.ts';
import { postReports, report, type Report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { sweepAway } from '../support/sweep-away.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { adapted, bundle, end, readSnippets, run, type Running, type Snippet } from './snippets.ts';

const SOON = { withinMs: 20_000 };
const LONG_MS = 60_000;
const PAGE = 'docs/clients.md';
const MODERN = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };

let service: TestService;
let proxy: Proxy;
let running: Running[];
beforeAll(async () => {
  service = await startService({ env: { NOTIFICATIONS: '1' } });
  proxy = await openProxy([Number(new URL(service.url).port)], diceOf(1));
  running = [];
});
afterEach(() => {
  for (const each of running.splice(0)) end(each);
});
afterAll(async () => {
  await proxy.close();
  await service.stop();
});

/** An order of a new trader that is filled step by step, each step one version. */
async function openOrder() {
  const account = randomUUID();
  const { token } = await openTrader(service.url, account);
  const order = { account, clOrdId: randomUUID(), venueOrderId: randomUUID() };
  const post = (overrides: Report): Promise<unknown> => postReports(service.url, report({ ...order, ...overrides }));
  const fill = (): Promise<unknown> =>
    post({ execId: randomUUID(), execType: 'TRADE', lastQty: '1', lastPx: '10' });
  return { token, ...order, accept: () => post({ execId: randomUUID() }), fill };
}

/** The versions of the order in what an example has printed, in the order of printing. */
function versionsIn(output: string, clOrdId: string): readonly number[] {
  const lines = output.matchAll(new RegExp(`${clOrdId} (\\d+) |"clOrdId":"${clOrdId}".*?"version":(\\d+)`, 'g'));
  return [...lines].map(([, printed, json]) => Number(printed ?? json));
}

/**
 * An order changes before and after every connection is cut. @param output what the example has printed so far, which begins
 * to follow at some time of its own: until then the order is changed again and again
 */
async function expectAllOnce(order: Awaited<ReturnType<typeof openOrder>>, output: () => string): Promise<void> {
  const seen = (): readonly number[] => versionsIn(output(), order.clOrdId);
  await order.accept();
  let posted = 1;
  const change = async (): Promise<void> => {
    await order.fill();
    posted += 1;
  };
  await until(async () => {
    if (seen().length === 0) await change();
    return seen().length > 0;
  }, SOON);
  for (let cut = 0; cut < 2; cut++) {
    await until(() => seen().at(-1) === posted, SOON);
    // Between two polls there is none.
    await until(() => proxy.cut() > 0, SOON);
    await change();
    await change();
  }
  await until(() => seen().at(-1) === posted, SOON);
  const [first = 0] = seen();
  expect(seen()).toEqual(Array.from({ length: posted - first + 1 }, (_, index) => first + index));
}

/** Away for so long that the log no longer reaches back: what is there now is loaded, and followed from there. */
async function expectLoadedAgain(order: Awaited<ReturnType<typeof openOrder>>, output: () => string): Promise<void> {
  const seen = (): readonly number[] => versionsIn(output(), order.clOrdId);
  const last = seen().at(-1) ?? 0;
  await proxy.set('down');
  for (let n = 0; n < 2; n++) await order.fill();
  await sweepAway(service.app, order.account);
  await proxy.set('pass');
  await until(() => seen().at(-1) === last + 2, SOON);
  await order.fill();
  await until(() => seen().at(-1) === last + 3, SOON);
  expect(seen().slice(-3)).toEqual([last, last + 2, last + 3]);
}

const snippets = await readSnippets(PAGE);
const runnable = snippets.filter(({ kind }) => kind === 'ts' || kind === 'sh');
const ofNotifications = snippets.filter(({ kind }) => kind === 'ts notifications');
const inReact = snippets.filter(({ kind }) => kind === 'tsx');
const inBrowser = snippets.filter(({ kind }) => kind === 'ts browser');
const titled = (each: readonly Snippet[]) => each.map((snippet) => [snippet.heading, snippet] as const);

it('the page has an example for each way to follow', () => {
  const kinds = [
    ...['ts', 'ts', 'tsx', 'ts', 'ts', 'ts notifications', 'ts', 'ts', 'ts', 'ts browser', 'sh', 'kotlin', 'swift'],
  ];
  expect(snippets.map(({ kind }) => kind)).toEqual(kinds);
});

it.each(titled(runnable))('%s: shows each change once, over cut connections, and loads again what is missing', { timeout: LONG_MS }, async (_, snippet) => {
  const order = await openOrder();
  const example = await run(snippet, { url: `http://127.0.0.1:${proxy.port}`, token: order.token });
  running.push(example);
  try {
    await expectAllOnce(order, () => example.output());
    await expectLoadedAgain(order, () => example.output());
  } catch (error) {
    throw new Error(`it has printed: ${example.output()}`, { cause: error });
  }
});

it('curl stops with the reason when asking again does not help', async () => {
  const [polling] = snippets.filter(({ kind }) => kind === 'sh');
  const example = await run(polling!, { url: service.url, token: 'no-token' });
  running.push(example);
  expect(await once(example.child, 'close')).toEqual([1, null]);
  expect(example.output()).toContain('UNAUTHENTICATED');
});

it.each(titled(ofNotifications))('%s: tells each once, over cut connections', { timeout: LONG_MS }, async (_, snippet) => {
  const user = userId(randomUUID());
  const { token } = await openTrader(service.url, user);
  const example = await run(snippet, { url: `http://127.0.0.1:${proxy.port}`, token });
  running.push(example);
  await until(() => example.output().includes('unread'), SOON);
  const titles: string[] = [];
  const tell = async (): Promise<void> => {
    const title = `title-${titles.length}`;
    titles.push(title);
    await (titles.length % 2 ? tellCritical : tellEveryday)(service.app, { userId: user, title });
  };
  const told = (): readonly string[] => [...example.output().matchAll(/^(?:critical|new) (\S+)$/gm)].map(([, title]) => title ?? '');
  // What was told before it follows is in its list.
  await until(async () => {
    if (told().length === 0) await tell();
    return told().length > 0;
  }, SOON);
  const first = titles.length;
  const hasAll = (): boolean => titles.slice(first).every((title) => told().includes(title));
  for (let cut = 0; cut < 2; cut++) {
    await until(() => hasAll() && proxy.cut() > 0, SOON);
    await tell();
    await tell();
  }
  await until(hasAll, SOON);
  expect(new Set(told()).size).toBe(told().length);
  await until(() => example.output().includes(`unread ${titles.length}\n`), SOON);
});

async function inPage(task: (page: Page, url: string) => Promise<void>): Promise<void> {
  const browser = await openBrowser();
  try {
    await task(await browser.newPage(), `http://127.0.0.1:${proxy.port}`);
  } finally {
    await browser.close();
  }
}

it.each(titled(inBrowser))('%s: shows each change once, also when its session ends', { timeout: LONG_MS }, async (_, snippet) => {
  const order = await openOrder();
  await inPage(async (page, url) => {
    let output = '';
    page.on('console', (message) => (output += `${message.text()}\n`));
    await page.goto(`${url}/healthz`);
    const content = ts.transpile(adapted(snippet.code, { url, token: order.token }), MODERN);
    await page.addScriptTag({ type: 'module', content });
    await expectAllOnce(order, () => output);
    const refused = page.waitForResponse((response) => response.status() === 401);
    await page.context().clearCookies();
    await until(() => proxy.cut() > 0, SOON);
    await refused;
    const before = versionsIn(output, order.clOrdId).at(-1) ?? 0;
    await order.fill();
    await until(() => versionsIn(output, order.clOrdId).at(-1) === before + 1, SOON);
    await expectLoadedAgain(order, () => output);
  });
});

it.each(titled(inReact))('%s: shows orders as they change, and the last known ones', { timeout: LONG_MS }, async (_, snippet) => {
  const order = await openOrder();
  await order.accept();
  await inPage(async (page, url) => {
    const body = await bundle(snippet, { url, token: order.token });
    const html = '<!doctype html><div id="root"></div><script type="module" src="/app.js"></script>';
    await page.route(`${url}/app`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.route(`${url}/app.js`, (route) => route.fulfill({ contentType: 'text/javascript', body }));
    await page.goto(`${url}/app`);
    await page.getByText('AAPL NEW 0').click();
    await page.getByText('live').waitFor();
    proxy.cut();
    await order.fill();
    await page.getByText('AAPL PARTIALLY_FILLED 1').waitFor();
    await page.getByText('TRADE 1').waitFor();
    await until(() => page.evaluate(keptFilled), SOON);
    await proxy.set('down');
    await page.reload();
    await page.getByText('AAPL PARTIALLY_FILLED 1').waitFor();
    await page.getByText(/^As of \d/).waitFor();
    await proxy.set('pass');
    await order.fill();
    await page.getByText('AAPL PARTIALLY_FILLED 2').waitFor();
    await page.getByText('live').waitFor();
  });
});

/** In the page: whether the device keeps the order with its first fill. */
async function keptFilled(): Promise<boolean> {
  const done = (request: IDBRequest): Promise<unknown> => new Promise((resolve) => (request.onsuccess = resolve));
  const opening = indexedDB.open('fillstream');
  await done(opening);
  const kept = opening.result.transaction('lists').objectStore('lists').getAll() as IDBRequest<
    { orders: { cumQty: string }[] }[]
  >;
  await done(kept);
  opening.result.close();
  return kept.result.some(({ orders }) => orders.some(({ cumQty }) => cumQty === '1'));
}

import { randomUUID } from 'node:crypto';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { diceOf } from '../faults/dice.ts';
import { openProxy, type Proxy } from '../faults/proxy.ts';
import { userId } from '../../src/kernel/brand.ts';
import { tellCritical, tellEveryday } from '../notifications/app.ts';
import { openBrowser } from '../support/browser.ts';
import { postReports, report, type Report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { adapted, end, readSnippets, run, type Running, type Snippet } from './snippets.ts';

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

const snippets = await readSnippets(PAGE);
const runnable = snippets.filter(({ kind }) => kind === 'ts' || kind === 'sh');
const ofNotifications = snippets.filter(({ kind }) => kind === 'ts notifications');
const inBrowser = snippets.filter(({ kind }) => kind === 'ts browser');
const titled = (each: readonly Snippet[]) => each.map((snippet) => [snippet.heading, snippet] as const);

it('the page has an example for each way to follow', () => {
  const kinds = [
    ...['ts', 'ts', 'ts', 'ts notifications', 'ts', 'ts', 'ts', 'ts browser', 'sh', 'kotlin', 'swift'],
  ];
  expect(snippets.map(({ kind }) => kind)).toEqual(kinds);
});

it.each(titled(runnable))('%s: shows each change once, over cut connections', { timeout: LONG_MS }, async (_, snippet) => {
  const order = await openOrder();
  const example = await run(snippet, { url: `http://127.0.0.1:${proxy.port}`, token: order.token });
  running.push(example);
  await expectAllOnce(order, () => example.output()).catch((error: unknown) => {
    throw new Error(`it has printed: ${example.output()}`, { cause: error });
  });
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

it.each(titled(inBrowser))('%s: shows each change once, over cut connections', { timeout: LONG_MS }, async (_, snippet) => {
  const order = await openOrder();
  const url = `http://127.0.0.1:${proxy.port}`;
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    let output = '';
    page.on('console', (message) => (output += `${message.text()}\n`));
    await page.goto(`${url}/healthz`);
    const content = ts.transpile(adapted(snippet.code, { url, token: order.token }), MODERN);
    await page.addScriptTag({ type: 'module', content });
    await expectAllOnce(order, () => output);
  } finally {
    await browser.close();
  }
});

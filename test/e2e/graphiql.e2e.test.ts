import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_TABS } from '../../src/demo/tabs.ts';
import { demoTokens } from '../../src/demo/tokens.ts';
import { DEMO_USERS } from '../../src/demo/users.ts';
import { type Frame, openBrowser, openWatchedPage, type WatchedPage } from '../support/browser.ts';
import { startService, type TestService } from '../support/service.ts';

const TABS = DEMO_TABS.map((query) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? '');
/** Below the test's own limit, so that the step that hangs is named. */
const STEP_LIMIT_MS = 20_000;
const SCREENSHOT = path.join(tmpdir(), 'fillstream-graphiql.png');

interface Fault {
  readonly extensions: { readonly code: string };
}

interface Update {
  readonly event: { readonly status: string };
  readonly order: { readonly clOrdId: string; readonly version: number };
}

const updateOf = ({ type, payload }: Frame): Update | undefined =>
  type === 'next' ? (payload as { data?: { orderUpdated?: Update } }).data?.orderUpdated : undefined;

const results = (page: Page) => page.locator('.result-window');

async function openGraphiql(context: BrowserContext, url: string): Promise<WatchedPage> {
  const watched = await openWatchedPage(context, url);
  await watched.page.goto(`${url}/graphql`);
  await watched.page.locator('.graphiql-query-editor .view-line').first().waitFor();
  return watched;
}

/** What the page proves itself with when it opens a socket. */
async function authorizationOf(sent: WatchedPage['sent']): Promise<string> {
  const { payload } = await sent(({ type }) => type === 'connection_init');
  return (payload as { authorization?: string }).authorization ?? 'none';
}

/** Chooses the tab with one click and, once GraphiQL has read its text, presses the play button. */
async function run(page: Page, name: string): Promise<void> {
  const tab = page.getByRole('tab', { name });
  if ((await tab.getAttribute('aria-selected')) === 'false') {
    await tab.getByRole('button', { name, exact: true }).click();
    // It then puts the text into its address; the name of the operation to run changes at the same moment.
    await page.waitForURL(({ searchParams }) => searchParams.get('query')?.includes(name) ?? false);
  }
  await page.getByRole('tab', { name, selected: true }).waitFor();
  await page.locator('button.graphiql-execute-button').click();
}

/** Runs the tab and resolves with what the service answers over HTTP. */
async function answerOf(page: Page, name: string): Promise<unknown> {
  const answered = page.waitForResponse((response) => response.request().postData()?.includes(name) ?? false);
  await run(page, name);
  const answer: unknown = await (await answered).json();
  expect(answer).not.toHaveProperty('errors');
  return answer;
}

describe('GraphiQL with the demo, in Chromium', () => {
  let service: TestService;
  let browser: Browser;
  let context: BrowserContext;
  let opened: WatchedPage[];

  const open = async (): Promise<WatchedPage> => {
    const watched = await openGraphiql(context, service.url);
    opened.push(watched);
    return watched;
  };

  beforeAll(async () => {
    [service, browser] = await Promise.all([startService({ env: { DEMO: '1' } }), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });
  beforeEach(async () => {
    opened = [];
    context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
    context.setDefaultTimeout(STEP_LIMIT_MS);
  });
  afterEach(async () => {
    await context.close();
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('opens with a tab for each feature, named as its operation', async () => {
    const { page } = await open();
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(TABS);
  });

  it.each([
    ['MyOpenOrders', 'orders'],
    ['MyExecutions', 'executions'],
    ['OneOrdersHistory', 'orders'],
  ])('answers %s at once', async (name, list) => {
    const { page } = await open();
    const answer = await answerOf(page, name);
    expect(answer).toHaveProperty(`data.${list}.edges`);
    await results(page).filter({ hasText: '"edges"' }).waitFor();
  });

  it('shows each change as it is pushed, also of an order that a second window places', async () => {
    const { page, sent, received } = await open();
    await run(page, 'WatchMyOrders');
    expect(decodeJwt((await authorizationOf(sent)).replace('Bearer ', '')).sub).toBe(DEMO_USERS[0]);
    await sent(({ type }) => type === 'subscribe');

    const second = await open();
    expect(await answerOf(second.page, 'PlaceAnOrder')).toMatchObject({
      data: { placeOrder: { order: { status: 'PENDING_NEW' }, refusal: null } },
    });
    await received((frame) => updateOf(frame)?.order.clOrdId === 'my-first-order');
    await results(page).filter({ hasText: '"orderUpdated"' }).waitFor();
    const shown = await results(page).innerText();
    await received((frame) => {
      const update = updateOf(frame);
      return update?.order.clOrdId === 'my-first-order' && update.event.status === 'FILLED';
    });
    await page.waitForFunction(
      (was) => document.querySelector<HTMLElement>('.result-window')?.innerText !== was,
      shown,
    );
    await page.screenshot({ path: SCREENSHOT });
  });

  it('stores no token, so that a page of yesterday has the token of today', async () => {
    const { page, sent } = await open();
    await run(page, 'MyOpenOrders');
    await results(page).filter({ hasText: '"data"' }).waitFor();
    await page.waitForFunction(() => localStorage.getItem('graphiql:tabState') !== null);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('Bearer');
    const reloaded = await page.reload();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await run(page, 'WatchMyOrders');
    expect(await reloaded?.text()).toContain(await authorizationOf(sent));
  });

  it('answers every other tab too: what needs an id says so, and what needs a scope is refused', async () => {
    const [token] = (await demoTokens(service.app.deps, 60)).values();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` };
    const faults: unknown[] = [];
    for (const query of DEMO_TABS.filter((text) => !text.includes('subscription '))) {
      const asked = { method: 'POST', headers, body: JSON.stringify({ query }) };
      const { errors = [] } = (await (await fetch(`${service.url}/graphql`, asked)).json()) as { errors?: Fault[] };
      const isRefused = query.startsWith('# Needs the scope');
      const expected = isRefused ? ['FORBIDDEN'] : [];
      const codes = [...new Set(errors.map(({ extensions }) => extensions.code))];
      if (codes.join() !== expected.join()) faults.push({ query, errors });
    }
    expect(faults).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { diceOf } from '../faults/dice.ts';
import { openProxy, type Proxy } from '../faults/proxy.ts';
import { ask, postReports, report } from '../support/client.ts';
import { openTrader } from '../support/trader.ts';
import { brokenRules, openWindow, rowOf, signIn } from './page.ts';
import { useBlotter } from './used-blotter.ts';

const LONG_MS = 90_000;

let proxy: Proxy;
let url: string;
const used = useBlotter();
beforeAll(async () => {
  proxy = await openProxy([Number(new URL(used.service.url).port)], diceOf(1));
  url = `http://127.0.0.1:${proxy.port}`;
});
afterEach(() => proxy.tap(null));
afterAll(() => proxy.close());

/** The answers to this mutation are lost on their way, until the tap is taken off. */
const loseAnswersTo = (mutation: string): void =>
  proxy.tap({ fromTarget: (chunk) => (chunk.includes(`{"${mutation}":`) ? 'cut' : 'pass') });

/** A new user, signed in, who has one order. */
async function openOrder() {
  const account = `u-${randomUUID().slice(0, 8)}`;
  const { token } = await openTrader(used.service.url, account);
  const ids = { execId: randomUUID(), clOrdId: randomUUID(), venueOrderId: randomUUID() };
  await postReports(used.service.url, report({ account, symbol: 'AAPL', ...ids }));
  return { token, context: await openWindow(used.browser) };
}

async function openTicket(): Promise<{ page: Page; token: string; place: () => Promise<void> }> {
  const { token } = await openTrader(used.service.url, `u-${randomUUID().slice(0, 8)}`);
  const page = await signIn(await openWindow(used.browser), { url, token });
  await page.keyboard.press('n');
  await page.getByLabel('Symbol', { exact: true }).fill('MSFT');
  await page.getByLabel('Quantity', { exact: true }).fill('25');
  await page.getByLabel('Limit price').fill('400');
  return { page, token, place: () => page.getByRole('button', { name: 'Place order' }).click() };
}

async function ordersOf(token: string): Promise<number> {
  const { data } = await ask({ url: used.service.url, token }, '{ orders(first: 10) { edges { node { id } } } }');
  return (data?.['orders'] as { edges: readonly unknown[] }).edges.length;
}

const alert = (page: Page, text: RegExp) => page.getByRole('alert').filter({ hasText: text });

describe('a request whose answer is lost', { timeout: LONG_MS }, () => {
  it('is the same order when it is placed again', async () => {
    const { page, token, place } = await openTicket();
    loseAnswersTo('placeOrder');
    await place();
    await alert(page, /^It may not have been taken: /).waitFor();
    expect(await ordersOf(token)).toBe(1);
    proxy.tap(null);
    await place();
    await page.getByText('Sent: MSFT, 25.').waitFor();
    expect(await ordersOf(token)).toBe(1);
    // That one has been answered: the next one is another one.
    await place();
    await rowOf(page, 'MSFT').nth(1).waitFor();
    expect(await ordersOf(token)).toBe(2);
  });

  it('is another order when something else is asked for', async () => {
    const { page, token, place } = await openTicket();
    loseAnswersTo('placeOrder');
    await place();
    await alert(page, /^It may not have been taken: /).waitFor();
    proxy.tap(null);
    await page.getByLabel('Quantity', { exact: true }).fill('26');
    await place();
    await page.getByText('Sent: MSFT, 26.').waitFor();
    expect(await ordersOf(token)).toBe(2);
  });

  it('is the same change when it is asked for again', async () => {
    const { page, place } = await openTicket();
    await place();
    await rowOf(page, 'MSFT').click();
    await page.getByRole('button', { name: 'Modify' }).click();
    await page.getByLabel('Limit price').fill('401');
    const change = page.getByRole('button', { name: 'Ask for the change' });
    loseAnswersTo('modifyOrder');
    await change.click();
    await alert(page, /^It may not have been taken: /).waitFor();
    proxy.tap(null);
    await change.click();
    await change.waitFor({ state: 'detached' });
    expect(await page.locator('.timeline').getByText('Change asked for').count()).toBe(1);
  });
});

it('says of a request that the service does not take nothing else', { timeout: LONG_MS }, async () => {
  const { page, token, place } = await openTicket();
  await page.getByLabel('Limit price').fill('99999999999999999999999');
  await place();
  await alert(page, /./).waitFor();
  expect(await alert(page, /./).textContent()).not.toContain('may not have been taken');
  expect(await ordersOf(token)).toBe(0);
});

/** What the service says since a newer version of it, word for word. */
const NEWER = {
  ...{ '"status":"NEW"': '"status":"HELD_BY_VENUE"', '"timeInForce":"DAY"': '"timeInForce":"GOOD_TILL_NOON"' },
  ...{ '"orderType":"LIMIT"': '"orderType":"PEGGED"', '"execType":"NEW"': '"execType":"HELD"' },
};

it('shows orders whose words it is too old to know', { timeout: LONG_MS }, async () => {
  const { token, context } = await openOrder();
  await context.route('**/graphql', async (route) => {
    const response = await route.fetch();
    let body = await response.text();
    for (const [known, unknown] of Object.entries(NEWER)) body = body.replaceAll(known, unknown);
    await route.fulfill({ response, body });
  });
  const page = await signIn(context, { url, token });
  await rowOf(page, 'AAPL').getByText('Held by venue').waitFor();
  await rowOf(page, 'AAPL').getByText('Pegged 10').waitFor();
  await rowOf(page, 'AAPL').click();
  await page.locator('.timeline').getByText('Held').waitFor();
  await page.locator('.facts').getByText('Good till noon').waitFor();
});

/** Spoils what the device has kept of the orders, once it has kept them. */
const spoilKept = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const done = (request: IDBRequest) => new Promise((resolve) => (request.onsuccess = resolve));
    const opening = indexedDB.open('fillstream');
    await done(opening);
    const lists = () => opening.result.transaction('lists', 'readwrite').objectStore('lists');
    for (;;) {
      const kept = lists().getAll() as IDBRequest<object[]>;
      await done(kept);
      // A number, and no time that there is.
      for (const entry of kept.result) await done(lists().put({ ...entry, asOf: Number.MAX_VALUE }));
      if (kept.result.length > 0) break;
    }
    opening.result.close();
  });

it('says so when it can’t be shown, and comes back without what spoils it', { timeout: LONG_MS }, async () => {
  const { token, context } = await openOrder();
  const first = await signIn(context, { url, token });
  await rowOf(first, 'AAPL').waitFor();
  await spoilKept(first);
  await first.close();
  const isList = (body: string | null): boolean => body?.includes('FillstreamOrders') ?? false;
  const away = (route: Route): Promise<void> => (isList(route.request().postData()) ? route.abort() : route.continue());
  await context.route('**/graphql', away);
  const page = await context.newPage();
  const enter = async (): Promise<void> => {
    await page.getByLabel('Your token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await page.goto(url);
  await enter();
  await page.getByText('This page can’t be shown').waitFor();
  expect(await brokenRules(page)).toEqual([]);
  await page.getByRole('button', { name: 'Load it anew' }).click();
  await enter();
  // The service is still away: what was kept would be shown now.
  await page.getByText('The orders can’t be loaded now.').waitFor();
  await context.unroute('**/graphql', away);
  await page.getByRole('button', { name: 'Try again' }).click();
  await rowOf(page, 'AAPL').waitFor();
});

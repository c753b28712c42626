import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { diceOf } from '../faults/dice.ts';
import { openProxy, type Proxy } from '../faults/proxy.ts';
import { openBrowser } from '../support/browser.ts';
import { ask } from '../support/client.ts';
import { build } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { openWindow, rowOf, signIn } from './page.ts';

const LONG_MS = 90_000;

let service: TestService;
let proxy: Proxy;
let browser: Browser;
let url: string;
beforeAll(async () => {
  await build();
  service = await startService({ env: { BLOTTER: '1' } });
  proxy = await openProxy([Number(new URL(service.url).port)], diceOf(1));
  url = `http://127.0.0.1:${proxy.port}`;
  browser = await openBrowser();
});
afterEach(async () => {
  proxy.tap(null);
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await service.stop();
});

/** The answers to this mutation are lost on their way, until the tap is taken off. */
const loseAnswersTo = (mutation: string): void =>
  proxy.tap({ fromTarget: (chunk) => (chunk.includes(`{"${mutation}":`) ? 'cut' : 'pass') });

async function openTicket(): Promise<{ page: Page; token: string; place: () => Promise<void> }> {
  const { token } = await openTrader(service.url, `u-${randomUUID().slice(0, 8)}`);
  const page = await signIn(await openWindow(browser), { url, token });
  await page.keyboard.press('n');
  await page.getByLabel('Symbol', { exact: true }).fill('MSFT');
  await page.getByLabel('Quantity', { exact: true }).fill('25');
  await page.getByLabel('Limit price').fill('400');
  return { page, token, place: () => page.getByRole('button', { name: 'Place order' }).click() };
}

async function ordersOf(token: string): Promise<number> {
  const { data } = await ask({ url: service.url, token }, '{ orders(first: 10) { edges { node { id } } } }');
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

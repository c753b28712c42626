import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLOCK_SKEW_SECONDS } from '../../src/auth/token.ts';
import { openBrowser, openWatchedPage } from '../support/browser.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { tokenOf } from '../support/env.ts';
import { build, freePort } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { brokenRules, isState, openWindow } from './page.ts';

const LONG_MS = 60_000;

let database: TestDatabase;
let env: Record<string, string>;
let service: TestService;
let browser: Browser;
const start = (): Promise<TestService> => startService({ env, databaseUrl: database.url });
beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  env = { DEMO: '1', PORT: String(await freePort()) };
  service = await start();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  await database.drop();
});

/** How many lists are kept on the device. */
const listsKept = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const open = indexedDB.open('fillstream');
    await new Promise((resolve) => (open.onsuccess = resolve));
    const count = open.result.transaction('lists').objectStore('lists').count();
    await new Promise((resolve) => (count.onsuccess = resolve));
    open.result.close();
    return count.result;
  });

it(
  'a newcomer signs in with one press, sees orders change, and is still there after a reload',
  { timeout: LONG_MS },
  async () => {
    const { page, faults } = await openWatchedPage(await openWindow(browser), service.url);
    await page.goto(service.url);
    await page.getByRole('button', { name: 'alice' }).click();
    await isState(page, 'live');
    await page.getByRole('tab', { name: 'All orders' }).click();
    await page.locator('.orders tbody tr').first().waitFor();
    await page.locator('.orders tbody tr[class*="changed-"]').first().waitFor();
    await page.reload();
    await isState(page, 'live');
    await page.locator('.orders tbody tr, .empty').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Whose orders do you want to see?').waitFor();
    expect(faults).toEqual([]);
  },
);

it(
  'asks for a fresh token when the one it keeps has ended, whatever its own clock says',
  { timeout: LONG_MS },
  async () => {
    const page = await (await openWindow(browser)).newPage();
    const expired = await tokenOf('alice', { ttlSeconds: -CLOCK_SKEW_SECONDS - 60 });
    let asked = 0;
    await page.route('**/demo/users/alice/token', (route) =>
      ++asked === 1 ? route.fulfill({ json: { token: expired, expiresIn: 3_600 } }) : route.continue(),
    );
    await page.goto(service.url);
    await page.getByRole('button', { name: 'alice' }).click();
    await isState(page, 'live');
    expect(asked).toBe(2);
    await page.context().close();
  },
);

it(
  'opens without the service: the last known orders at once, with their time, and none after the sign-out',
  async () => {
    const context = await openWindow(browser);
    const page = await context.newPage();
    await page.goto(service.url);
    await page.getByRole('button', { name: 'alice' }).click();
    await page.getByRole('tab', { name: 'All orders' }).click();
    await page.locator('.orders tbody tr').first().waitFor();
    await until(() => page.evaluate(async () => (await caches.match('/')) !== undefined), { withinMs: 10_000 });
    await until(async () => (await listsKept(page)) === 2, { withinMs: 10_000 });
    await service.stop();

    const cold = await context.newPage();
    await cold.goto(service.url);
    await cold
      .getByRole('alert')
      .getByText(/^Offline\. As of \d+:\d+:\d+, /)
      .waitFor();
    await cold.getByRole('tab', { name: 'All orders' }).click();
    await cold.locator('.orders tbody tr').first().waitFor();
    await cold
      .locator('.foot')
      .getByText(/^As of/)
      .waitFor();
    expect(await brokenRules(cold)).toEqual([]);

    service = await start();
    await cold.getByRole('button', { name: 'Try now' }).click();
    await isState(cold, 'live');
    await cold.locator('.foot').getByText('Up to date').waitFor();
    await cold.getByRole('button', { name: 'Sign out' }).click();
    for (const each of [cold, page]) await each.getByText('Whose orders do you want to see?').waitFor();
    await until(async () => (await listsKept(cold)) === 0, { withinMs: 10_000 });
    await context.setOffline(true);
    await cold.reload();
    await cold.getByRole('alert').getByText('The service can’t be reached.').waitFor();
    expect(await cold.locator('.orders').count()).toBe(0);
    await context.close();
  },
  LONG_MS,
);

it('gives tokens of its own users alone, and of none where no demo runs', async () => {
  const ask = async (url: string, path: string, method = 'GET'): Promise<number> =>
    (await fetch(`${url}${path}`, { method })).status;
  expect(await ask(service.url, '/demo/users/mallory/token', 'POST')).toBe(404);
  const plain = await startService();
  expect(await ask(plain.url, '/demo/users')).toBe(404);
  expect(await ask(plain.url, '/demo/users/alice/token', 'POST')).toBe(404);
  expect(await ask(plain.url, '/demo/exchange')).toBe(404);
  await plain.stop();
  const closed = await startService({ env: { BLOTTER: '0' } });
  expect(await ask(closed.url, '/')).toBe(404);
  await closed.stop();
});

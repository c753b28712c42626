import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openWatchedPage } from '../support/browser.ts';
import { build } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { isState, openWindow } from './page.ts';

const LONG_MS = 60_000;

let service: TestService;
let browser: Browser;
beforeAll(async () => {
  await build();
  service = await startService({ env: { DEMO: '1' } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
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

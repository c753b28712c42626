import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { postReports, report } from '../support/client.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type Look, openWindow, rowOf, signIn } from './page.ts';
import { useBlotter } from './used-blotter.ts';

const SOON = { withinMs: 10_000 };

const used = useBlotter();

/** The blotter of a new user with an order of each symbol, the newest one last. */
async function openPage(look: Look, symbols: readonly string[]): Promise<Page> {
  const user = `f-${randomUUID().slice(0, 8)}`;
  const { token } = await openTrader(used.service.url, user);
  for (const symbol of symbols)
    await postReports(
      used.service.url,
      report({ account: user, clOrdId: randomUUID(), venueOrderId: randomUUID(), symbol }),
    );
  return signIn(await openWindow(used.browser, look), { url: used.service.url, token });
}

const isIn = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((of) => document.activeElement?.closest(of) != null, selector);
const focused = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.textContent ?? null);

it('moves the focus into an order that covers a phone’s list, and gives it back', async () => {
  const page = await openPage({ width: 'phone' }, ['AAPL', 'MSFT', 'NVDA']);
  await rowOf(page, 'NVDA').waitFor();
  await rowOf(page, 'MSFT').tap();
  await until(() => isIn(page, 'aside[aria-label="Order"]'), SOON);
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('✕');
  // Nothing behind the panel can be reached.
  for (let n = 0; n < 12; n++) {
    await page.keyboard.press('Tab');
    expect(await isIn(page, '.list, .header')).toBe(false);
  }
  await page.getByRole('button', { name: 'Close' }).tap();
  expect(await focused(page)).toContain('MSFT');
  expect(await isIn(page, '.orders tr')).toBe(true);

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await until(() => isIn(page, 'aside[aria-label="Order"]'), SOON);
  await page.keyboard.press('Escape');
  expect(await focused(page)).toContain('AAPL');

  await page.keyboard.press('n');
  expect(await isIn(page, 'aside[aria-label="New order"] input')).toBe(true);
});

it('leaves the focus on the row of an order that is shown beside the list', async () => {
  const page = await openPage({ width: 'wide' }, ['AAPL']);
  await rowOf(page, 'AAPL').click();
  await page.locator('.timeline li').first().waitFor();
  expect(await isIn(page, '.orders tr')).toBe(true);
  await page.getByRole('button', { name: 'Close' }).click();
  expect(await focused(page)).toContain('AAPL');
});

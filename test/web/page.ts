import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../support/until.ts';

export interface Look {
  readonly theme?: 'dark' | 'light';
  readonly width?: 'wide' | 'phone';
}

const SIZES = { wide: { width: 1_440, height: 860 }, phone: { width: 390, height: 844 } };

export const lookOf = ({ theme = 'dark', width = 'wide' }: Look) => ({
  ...{ colorScheme: theme, viewport: SIZES[width], hasTouch: width === 'phone' },
});

/** A window of its own user, with nothing kept from another one. */
export const openWindow = (browser: Browser, look: Look = {}): Promise<BrowserContext> =>
  browser.newContext(lookOf(look));

/** Signs in with a token; resolves once the page follows. */
export async function signIn(context: BrowserContext, { url, token }: { url: string; token: string }): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel(/token/i).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await isState(page, 'live');
  return page;
}

/** The connection as the header shows it. */
export const isState = (page: Page, state: 'live' | 'polling' | 'recovering' | 'offline'): Promise<unknown> =>
  page.locator(`.connection[data-state="${state}"]`).waitFor();

/** The row of an order that shows this text. */
export const rowOf = (page: Page, text: string) => page.locator('.orders tbody tr', { hasText: text });

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The rules of accessibility that the page breaks as it is now. */
export async function brokenRules(page: Page): Promise<readonly string[]> {
  // Not as a script of the page: its policy allows none but its own.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Presses Tab until what has the focus bears this name. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null;
      return label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (focused.startsWith(name)) return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

/** Of the page as it was opened, in milliseconds. */
export const firstContentMs = (page: Page): Promise<number> =>
  until(() => page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0), {
    withinMs: 10_000,
  });

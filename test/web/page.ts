import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Look {
  readonly theme?: 'dark' | 'light';
  readonly width?: 'wide' | 'phone';
}

const SIZES = { wide: { width: 1_440, height: 860 }, phone: { width: 390, height: 844 } };

/** A window of its own user, with nothing kept from another one. */
export function openWindow(browser: Browser, { theme = 'dark', width = 'wide' }: Look = {}): Promise<BrowserContext> {
  return browser.newContext({ colorScheme: theme, viewport: SIZES[width] });
}

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

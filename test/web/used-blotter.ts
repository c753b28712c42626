import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { build } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';

/** One service with the blotter, and one browser, for all tests of a file; what a test has opened is closed after it. */
export function useBlotter(envOf: () => Promise<Record<string, string>> = () => Promise.resolve({})) {
  const used = { service: null as unknown as TestService, browser: null as unknown as Browser };
  beforeAll(async () => {
    await build();
    used.service = await startService({ env: { BLOTTER: '1', ...(await envOf()) } });
    used.browser = await openBrowser();
  });
  afterEach(async () => {
    await Promise.all(used.browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await used.browser.close();
    await used.service.stop();
  });
  return used;
}

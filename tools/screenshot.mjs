// Makes docs/images/blotter.webp: the blotter as a newcomer sees it, of a demo that was started anew and has run for a while.
// `npm run screenshot` needs Chromium, as the tests do.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBrowser } from '../test/support/browser.ts';
import { startProcess } from '../test/support/service.ts';

const TARGET = path.resolve(import.meta.dirname, '../docs/images/blotter.webp');
/** Enough for a screen, and some of them open. */
const ROWS = 20;
const OPEN_ROWS = 2;
const PATIENCE_MS = 300_000;

/** Half the size. A page of the service’s own would not be let load it. */
async function asWebp(png) {
  const blank = await browser.newPage();
  const url = await blank.evaluate(
    async (source) => {
      const { document, Image } = globalThis;
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      canvas.getContext('2d').drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', 0.9);
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

const dataDir = await mkdtemp(path.join(tmpdir(), 'fillstream-screenshot-'));
const service = await startProcess({ PORT: '0', DATA_DIR: dataDir });
const browser = await openBrowser();
try {
  const page = await browser.newPage({ colorScheme: 'light', viewport: { width: 1_360, height: 800 } });
  await page.goto(service.url);
  await page.getByRole('button', { name: 'alice' }).click();
  await page.getByRole('tab', { name: 'All orders' }).click();
  const isFull = ([rows, openRows]) => {
    const count = (selector) => globalThis.document.querySelectorAll(selector).length;
    return count('.orders tbody tr') >= rows && count('.orders tbody tr:not(.closed)') >= openRows;
  };
  await page.waitForFunction(isFull, [ROWS, OPEN_ROWS], { timeout: PATIENCE_MS });
  // One that was filled in parts has the most to tell.
  const filled = page.locator('.orders tbody tr', { hasText: 'Partly filled' });
  await filled.first().click({ timeout: PATIENCE_MS });
  await page.locator('.timeline').getByText('Filled').first().waitFor();
  const png = await page.screenshot();
  await mkdir(path.dirname(TARGET), { recursive: true });
  await writeFile(TARGET, await asWebp(png));
} finally {
  await browser.close();
  await service.end('SIGTERM');
  await rm(dataDir, { recursive: true, force: true });
}

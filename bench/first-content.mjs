// How soon the blotter shows something: loads it anew so many times, each in a browser window that has kept nothing.
// Start the service first: `npm start`, then `npm run bench:web -- http://127.0.0.1:4000`.
import { openBrowser } from '../test/support/browser.ts';

const LOADS = 7;
const ANSWER_MS = 10_000;
const AIM_MS = 1_000;

const url = process.argv[2] ?? 'http://127.0.0.1:4000';
const browser = await openBrowser();
const loads = [];
for (let n = 0; n < LOADS; n++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const firstContent = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  await page.waitForFunction(firstContent, null, { timeout: ANSWER_MS });
  loads.push(await page.evaluate(firstContent));
  await context.close();
}
await browser.close();
const sorted = loads.sort((a, b) => a - b);
const shown = (ms) => `${Math.round(ms)} ms`;
console.log(`first content, ${LOADS} cold loads  ${sorted.map(shown).join('  ')}`);
const median = sorted[Math.floor(LOADS / 2)];
console.log(`median ${shown(median)}, aim ${AIM_MS} ms: ${median < AIM_MS ? 'met' : 'missed'}`);

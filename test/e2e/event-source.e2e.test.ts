import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { linkAccount, postReports, report } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testEnvironment, tokenOf } from '../support/env.ts';
import { build, freePort } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';

const FILLS = 4;
/** The browser comes back by itself, and chooses when. */
const LONG_MS = 60_000;

let database: TestDatabase;
let env: Record<string, string>;
let service: ServiceProcess;
let browser: Browser;
beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  env = testEnvironment(database.url, { PORT: String(await freePort()) });
  service = await startProcess(env);
  browser = await openBrowser();
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(async () => {
  await browser.close();
  await service.end('SIGKILL');
  await database.drop();
});

async function commitFills(): Promise<readonly string[]> {
  const execIds = Array.from({ length: FILLS }, () => randomUUID());
  for (const execId of execIds) {
    await postReports(service.url, report({ execId, execType: 'TRADE', lastQty: '1', lastPx: '10' }));
  }
  return execIds;
}

/** Signs in with the session cookie and opens a plain EventSource; `seen` grows in the page. */
async function openStream(page: Page, token: string): Promise<void> {
  await page.evaluate(async (bearer) => {
    const signedIn = await fetch('/v1/session', { method: 'POST', headers: { authorization: `Bearer ${bearer}` } });
    if (signedIn.status !== 204) throw new Error(`the session was answered ${signedIn.status}`);
    const seen: string[] = [];
    const source = new EventSource('/v1/stream?types=orderUpdated');
    source.addEventListener('message', ({ data }) => {
      const { data: update } = JSON.parse(data as string) as { data: { event: { execId: string } } };
      seen.push(update.event.execId);
    });
    Object.assign(globalThis, { seen });
    await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));
  }, token);
}

/** What the page has seen once it is so much. */
async function seenIn(page: Page, count: number): Promise<readonly string[]> {
  const seen = await page.waitForFunction((enough) => {
    const { seen: all } = globalThis as unknown as { seen: string[] };
    return all.length >= enough ? all : null;
  }, count);
  return (await seen.jsonValue()) ?? [];
}

it(
  'a browser’s own EventSource, on the session cookie, loses and repeats nothing over a kill and a restart',
  async () => {
    const page = await browser.newPage();
    await page.goto(`${service.url}/healthz`);
    await openStream(page, await tokenOf('ann'));
    const first = await commitFills();
    expect(await seenIn(page, FILLS)).toEqual(first);

    await service.end('SIGKILL');
    service = await startProcess(env);
    const second = await commitFills();
    expect(await seenIn(page, 2 * FILLS)).toEqual([...first, ...second]);

    await service.end('SIGTERM');
    service = await startProcess(env);
    const third = await commitFills();
    expect(await seenIn(page, 3 * FILLS)).toEqual([...first, ...second, ...third]);
  },
  LONG_MS,
);

import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { data, tellCritical, tellEveryday } from '../notifications/app.ts';
import { openBlockingProxy } from '../client/blocking-proxy.ts';
import { openBrowser } from '../support/browser.ts';
import { postReports, report } from '../support/client.ts';
import { sweepAway } from '../support/sweep-away.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { brokenRules, isState, type Look, openWindow, rowOf, signIn } from './page.ts';
import { useBlotter } from './used-blotter.ts';

const LONG_MS = 60_000;
const SOON = { withinMs: 15_000 };
const LOOKS: readonly Look[] = [
  { theme: 'dark', width: 'wide' },
  { theme: 'light', width: 'phone' },
];

const used = useBlotter(() => Promise.resolve({ NOTIFICATIONS: '1' }));

const ORDERS = '{ orders(first: 1) { edges { node { id } } } }';

/** A new user, with as many windows as the test opens. */
async function openUser() {
  const name = `n-${randomUUID().slice(0, 8)}`;
  const { token } = await openTrader(used.service.url, name);
  const open = async (look: Look = {}, context?: BrowserContext): Promise<Page> =>
    signIn(context ?? (await openWindow(used.browser, look)), { url: used.service.url, token });
  return { user: userId(name), token, open };
}

const bell = (page: Page, unread: number) =>
  page.getByRole('button', { name: unread > 0 ? `Notifications, ${unread} unread` : 'Notifications', exact: true });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Notifications' });

/** As a person would: nothing outside the worker can press what the system shows. */
async function pressShown(context: BrowserContext, tag: string): Promise<void> {
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  await worker.evaluate(async (shownAs) => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration };
    const [notification] = await registration.getNotifications({ tag: shownAs });
    globalThis.dispatchEvent(
      Object.assign(new Event('notificationclick'), { notification, waitUntil: () => undefined }),
    );
  }, tag);
}

async function openSettings(page: Page) {
  await page.getByRole('button', { name: /^Notifications/ }).click();
  await panel(page).getByRole('button', { name: 'Settings' }).click();
  const form = page.getByRole('form', { name: 'Notification settings' });
  await form.getByRole('region', { name: 'What goes where' }).waitFor();
  return form;
}

describe('notifications in the blotter', { timeout: LONG_MS }, () => {
  it('an order that is rejected is told at once in every window, and is read in one when it is in the other', async () => {
    const { user, token, open } = await openUser();
    const [one, other] = [await open(), await open()];
    const order = { account: user, clOrdId: randomUUID(), venueOrderId: randomUUID(), symbol: 'MSFT' };
    await postReports(
      used.service.url,
      report({ ...order, execId: randomUUID(), execType: 'REJECTED', text: 'not enough buying power' }),
    );
    for (const page of [one, other]) {
      await page.getByRole('alert').filter({ hasText: 'MSFT' }).waitFor();
      await bell(page, 1).waitFor();
    }
    await bell(one, 1).click();
    const item = panel(one).getByRole('listitem').filter({ hasText: 'not enough buying power' });
    await item.getByText('Critical').waitFor();
    await item.getByRole('button', { name: /^Why did I/ }).click();
    await item.getByText('Sent: critical ones always go out').waitFor();
    const push = item.locator('.why > div').filter({ hasText: 'Push' });
    await push.getByText('no device of yours is set up for it').waitFor();
    const { devices } = await data<{ devices: object[] }>({ url: used.service.url, token }, '{ devices { platform } }');
    expect(devices).toEqual([{ platform: 'WEB' }, { platform: 'WEB' }]);
    await item.getByRole('button', { name: 'Mark read' }).click();
    for (const page of [one, other]) await bell(page, 0).waitFor();

    await one.getByRole('alert').getByRole('button', { name: 'Show order' }).click();
    await one.getByRole('article', { name: 'Order MSFT' }).getByText('not enough buying power').first().waitFor();
    await other.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
    await bell(other, 0).click();
    await panel(other).getByRole('button', { name: 'Archive' }).click();
    await panel(other).getByText('Nothing to tell you.').waitFor();
  });

  it('says that all orders were loaded anew when they were, and not when it only went by another way', async () => {
    const { user, token } = await openUser();
    const proxy = await openBlockingProxy(used.service.url);
    const page = await signIn(await openWindow(used.browser), { url: proxy.url, token });
    const away = page.getByText('You were away for long');
    proxy.block({ websocket: true });
    await page.locator('.connection[title="by server-sent events"]').waitFor();
    await tellCritical(used.service.app, { userId: user });
    await bell(page, 1).waitFor();
    // The list of notifications is loaded again on the way back, for this one did not come by event streams.
    await tellEveryday(used.service.app, { userId: user });
    proxy.block({});
    await page.locator('.connection[title="by WebSocket"]').waitFor({ timeout: 45_000 });
    await bell(page, 2).waitFor();
    expect(await away.count()).toBe(0);

    proxy.block({ websocket: true, sse: true, rest: true });
    await isState(page, 'recovering');
    const order = { account: user, clOrdId: randomUUID(), venueOrderId: randomUUID() };
    for (const lastQty of ['1', '2'])
      await postReports(
        used.service.url,
        report({ ...order, execId: randomUUID(), execType: 'TRADE', lastQty, lastPx: '5' }),
      );
    await sweepAway(used.service.app, user);
    proxy.block({});
    await away.waitFor({ timeout: 45_000 });
    await rowOf(page, 'AAPL').getByText('3', { exact: true }).waitFor();
    await proxy.close();
  });

  it('narrows the list to a category, marks all as read, and shows right-to-left words as such', async () => {
    const { user, open } = await openUser();
    const page = await open();
    await tellEveryday(used.service.app, { userId: user, type: 'PRICE_ALERT', title: 'AAPL is above 200' });
    await tellEveryday(used.service.app, { userId: user, title: 'AAPL is filled' });
    await bell(page, 2).click();
    await panel(page).getByLabel('Category').selectOption('ALERTS');
    await panel(page).getByText('AAPL is above 200').waitFor();
    await panel(page).getByText('AAPL is filled').waitFor({ state: 'detached' });
    await panel(page).getByRole('button', { name: 'Mark all read' }).click();
    await bell(page, 0).waitFor();
  });

  it('keeps settings, reads them back, and says what the service has switched off', async () => {
    const { user, open } = await openUser();
    const page = await open();
    const form = await openSettings(page);
    await form.getByText(/^Switched off on this service: .*SMS/).waitFor();
    await form.getByLabel('Orders: Push').selectOption('DIGEST');
    await form.getByLabel('Where I say').check();
    await form.getByRole('group', { name: 'Critical ones go to' }).getByLabel('E-mail').check();
    await form.getByLabel('Time zone').fill('Asia/Kolkata');
    await form.getByRole('button', { name: 'Add quiet hours' }).click();
    const hours = form.getByRole('group', { name: 'Quiet hours 1' });
    await hours.getByLabel('From').fill('21:30');
    await hours.getByLabel('Sat').uncheck();
    await form.getByLabel('Symbols').fill('tsla, btc-usd');
    await form.getByLabel('SMS, an hour').fill('5');
    await form.getByLabel('Weekly').check();
    await form.getByLabel('E-mail', { exact: true }).last().fill('ann@example.com');
    await form.getByLabel('Language of notifications').selectOption('ar');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Saved.').waitFor();

    const second = await openSettings(await open());
    expect(await second.getByLabel('Orders: Push').inputValue()).toBe('DIGEST');
    expect(await second.getByRole('group', { name: 'Critical ones go to' }).getByLabel('E-mail').isChecked()).toBe(
      true,
    );
    expect(await second.getByLabel('Time zone').inputValue()).toBe('Asia/Kolkata');
    const kept = second.getByRole('group', { name: 'Quiet hours 1' });
    expect(await kept.getByLabel('From').inputValue()).toBe('21:30');
    expect(await kept.getByLabel('Sat').isChecked()).toBe(false);
    expect(await second.getByLabel('Symbols').inputValue()).toBe('TSLA, BTC-USD');
    expect(await second.getByLabel('SMS, an hour').inputValue()).toBe('5');
    expect(await second.getByLabel('Weekly').isChecked()).toBe(true);

    // The first window has them as they were before: it may not undo what the second one has saved.
    await second.getByLabel('Symbols').fill('AAPL');
    await second.getByRole('button', { name: 'Save' }).click();
    await second.getByText('Saved.').waitFor();
    await form.getByLabel('Symbols').fill('IBM');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('They were changed elsewhere meanwhile').waitFor();

    await page.getByRole('button', { name: 'Back to orders' }).click();
    const order = { account: user, clOrdId: randomUUID(), venueOrderId: randomUUID() };
    await postReports(used.service.url, report({ ...order, execId: randomUUID(), execType: 'REJECTED', text: 'no' }));
    const words = page.getByRole('alert').locator('[lang="ar"]');
    await words.waitFor();
    expect(await words.getAttribute('dir')).toBe('rtl');
  });

  it('shows what is pushed while no page looks, in place of what it was about before, and opens its order', async () => {
    const { user, token, open } = await openUser();
    const own = await openBrowser();
    onTestFinished(() => own.close());
    const context = await openWindow(own);
    await context.grantPermissions(['notifications'], { origin: used.service.url });
    const page = await open({}, context);
    const cdp = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) =>
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const found = registrations.find(({ scopeURL }) => scopeURL.startsWith(used.service.url));
        if (found) resolve(found.registrationId);
      }),
    );
    await cdp.send('ServiceWorker.enable');
    const registrationId = await registered;
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const push = (text: string): Promise<unknown> =>
      cdp.send('ServiceWorker.deliverPushMessage', { origin: used.service.url, registrationId, data: text });
    const payload = (title: string) =>
      JSON.stringify({ title, options: { body: '٤٠', tag: 'order-1', lang: 'ar', dir: 'rtl' }, unreadCount: 1 });
    const shown = (): Promise<readonly (readonly string[])[]> =>
      page.evaluate(async () => {
        const { getNotifications } = await navigator.serviceWorker.ready.then((ready) => ({
          getNotifications: () => ready.getNotifications(),
        }));
        return (await getNotifications()).map(({ title, body, tag, dir, lang }) => [title, body, tag, dir, lang]);
      });
    await push(payload('AAPL: 20'));
    await until(async () => (await shown()).length === 1, SOON);
    await push(payload('AAPL: 40'));
    await until(async () => (await shown()).some(([title]) => title === 'AAPL: 40'), SOON);
    expect(await shown()).toEqual([['AAPL: 40', '٤٠', 'order-1', 'rtl', 'ar']]);
    await push('what nobody can read');
    await until(async () => (await shown()).length === 2, SOON);

    const order = { account: user, clOrdId: randomUUID(), venueOrderId: randomUUID(), symbol: 'NVDA' };
    await postReports(used.service.url, report({ ...order, execId: randomUUID() }));
    await rowOf(page, 'NVDA').waitFor();
    const asked = { url: used.service.url, token };
    const { orders } = await data<{ orders: { edges: { node: { id: string } }[] } }>(asked, ORDERS);
    const about = { tag: 'NVDA', data: { orderId: orders.edges[0]?.node.id } };
    await push(JSON.stringify({ title: 'NVDA', options: about, unreadCount: 1 }));
    await until(async () => (await shown()).some(([title]) => title === 'NVDA'), SOON);
    await pressShown(context, 'NVDA');
    await until(async () => (await shown()).every(([title]) => title !== 'NVDA'), SOON);
    await page.getByRole('article', { name: 'Order NVDA' }).waitFor();
  });

  it.each(LOOKS)('breaks no rule of accessibility, $theme on a $width', async (look) => {
    const { user, open } = await openUser();
    await tellEveryday(used.service.app, { userId: user });
    await tellCritical(used.service.app, { userId: user });
    const page = await open(look);
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await panel(page)
      .getByRole('button', { name: /^Why did I/ })
      .first()
      .click();
    await panel(page).getByText('Nothing is known of it any more.').waitFor();
    expect(await brokenRules(page)).toEqual([]);
    const form = await (async () => {
      await panel(page).getByRole('button', { name: 'Settings' }).click();
      return page.getByRole('form', { name: 'Notification settings' });
    })();
    await form.getByRole('button', { name: 'Add quiet hours' }).click();
    await form.getByLabel('Monthly').check();
    expect(await brokenRules(page)).toEqual([]);
    await isState(page, 'live');
  });
});

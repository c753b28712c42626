import { createECDH, randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { vapidKeysOf } from '../../src/notifications/channels/vapid.ts';
import { data } from '../notifications/app.ts';
import { openProfile } from '../support/browser.ts';
import { type Asked, postReports, report } from '../support/client.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { type ChromiumPush, leadHere, openChromiumPush } from './chromium-push.ts';
import { brokenRules, lookOf, type Look, signIn, tabTo } from './page.ts';
import { useBlotter } from './used-blotter.ts';

const LONG_MS = 90_000;
const SOON = { withinMs: 20_000 };
/** The browser's line to its push service is up by then, also when it has to try again. */
const LATER = { withinMs: 60_000 };

const keys = vapidKeysOf('of this test');
let push: ChromiumPush;
const used = useBlotter(async () => {
  push = await openChromiumPush();
  return {
    ...{ NOTIFICATIONS: '1', VAPID_PUBLIC_KEY: keys.publicKey, VAPID_PRIVATE_KEY: keys.privateKey },
    ...{ VAPID_SUBJECT: 'mailto:test@example.com', WEB_PUSH_ORIGINS: push.url },
  };
});
afterAll(() => push.close());

/** A browser that nobody has signed in with yet, and a page of it. */
async function openOwn(look: Look = {}): Promise<{ readonly context: BrowserContext; readonly first: Page }> {
  const context = await openProfile(push.switches, lookOf(look));
  onTestFinished(() => context.close());
  await leadHere(context, push);
  const first = await context.newPage();
  await first.goto(used.service.url);
  await first.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const cdp = await context.newCDPSession(first);
  const asked = { permission: { name: 'notifications' }, origin: used.service.url };
  await cdp.send('Browser.setPermission', { ...asked, setting: 'prompt' });
  return { context, first };
}

async function openUser(): Promise<{ readonly user: string; readonly token: string }> {
  const user = `p-${randomUUID().slice(0, 8)}`;
  return { user, token: (await openTrader(used.service.url, user)).token };
}

/** What the reader answers when the browser asks. */
const allow = (context: BrowserContext): Promise<void> =>
  context.grantPermissions(['notifications'], { origin: used.service.url });

const enter = (context: BrowserContext, token: string): Promise<Page> =>
  signIn(context, { url: used.service.url, token });

interface Subscription {
  /** Of its endpoint, which the browser's own registration made. */
  readonly path: string;
  readonly key: readonly number[];
}

const subscriptionOf = (page: Page): Promise<Subscription | null> =>
  page.evaluate(async () => {
    const { pushManager } = await navigator.serviceWorker.ready;
    const subscription = await pushManager.getSubscription();
    if (!subscription) return null;
    const { endpoint, options } = subscription;
    return { path: new URL(endpoint).pathname, key: [...new Uint8Array(options.applicationServerKey ?? [])] };
  });

/** As when the browser loses it: the blotter is not asked. */
const loseSubscription = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const { pushManager } = await navigator.serviceWorker.ready;
    return (await pushManager.getSubscription())?.unsubscribe();
  });

const devicesOf = (user: string) => used.service.app.deps.db.device.findMany({ where: { userId: user } });

/** Where pushes reach this user, by the word of the service. */
const pathsOf = async (user: string): Promise<readonly (string | null)[]> =>
  (await devicesOf(user)).map(({ token }) => token && new URL(token).pathname);

/** Resolves once the service knows what the browser has subscribed to. */
const registered = (user: string, page: Page): Promise<Subscription> =>
  until(async () => {
    const subscription = await subscriptionOf(page);
    const [path, ...others] = await pathsOf(user);
    return subscription && subscription.path === path && others.length === 0 ? subscription : null;
  }, SOON) as Promise<Subscription>;

const hint = (page: Page) =>
  page.getByRole('complementary', { name: 'Notifications' }).getByRole('region', { name: 'Push on this browser' });
const pressBell = (page: Page): Promise<void> => page.getByRole('button', { name: /^Notifications/ }).click();
const openSettings = (page: Page): Promise<void> => page.getByRole('button', { name: 'Settings' }).click();

/** One who has pressed for push, on the page of which that was. */
async function openSubscribed() {
  const [{ context, first }, { user, token }] = [await openOwn(), await openUser()];
  const page = await enter(context, token);
  await pressBell(page);
  await hint(page).waitFor();
  await allow(context);
  await hint(page).getByRole('button', { name: 'Switch push on' }).click();
  await hint(page).getByText('This browser shows what is pushed').waitFor();
  return { context, first, user, token, page, subscription: await registered(user, page) };
}

/** What the browser shows from now on, as it says itself: what is shown may be taken back at any time. */
async function watchShown(page: Page): Promise<readonly Readonly<Record<string, string>>[]> {
  const shown: Record<string, string>[] = [];
  const cdp = await page.context().newCDPSession(page);
  cdp.on(
    'BackgroundService.backgroundServiceEventReceived',
    ({ backgroundServiceEvent: { eventName, eventMetadata } }) => {
      if (eventName === 'Notification displayed')
        shown.push(Object.fromEntries(eventMetadata.map(({ key, value }) => [key, value])));
    },
  );
  await cdp.send('BackgroundService.startObserving', { service: 'notifications' });
  await cdp.send('BackgroundService.setRecording', { shouldRecord: true, service: 'notifications' });
  return shown;
}

interface Filled {
  readonly title: string;
  readonly body: string;
}

async function filledOf(asked: Asked): Promise<Filled | undefined> {
  const query = '{ notifications(first: 5) { edges { node { type title body } } } }';
  const { notifications } = await data<{ notifications: { edges: { node: Filled & { type: string } }[] } }>(
    asked,
    query,
  );
  return notifications.edges.map(({ node }) => node).find(({ type }) => type === 'ORDER_FILLED');
}

describe('push in the blotter', { timeout: LONG_MS }, () => {
  it('is offered to who has not said yet, and brings a fill while the page is closed', async () => {
    const { first, user, token, page } = await openSubscribed();
    const shown = await watchShown(first);
    await page.close();
    // While the page is before its user nothing is pushed.
    await until(async () => (await used.service.app.deps.presence.onScreen([userId(user)])).size === 0, SOON);
    const order = { account: user, clOrdId: randomUUID(), venueOrderId: randomUUID(), symbol: 'NVDA' };
    const fill = { execType: 'TRADE', lastQty: '100', lastPx: '10' } as const;
    await postReports(used.service.url, [report(order), report({ ...order, ...fill, execId: randomUUID() })]);
    const { title, body } = (await until(() => filledOf({ url: used.service.url, token }), SOON))!;
    // From the order's report to our port, the push service, Chromium, which decrypts it, and the worker.
    await until(() => shown.some((each) => each.Title === title), LATER);
    expect(shown).toContainEqual({ Title: title, Body: body });
  });

  it('is offered once: “not now” is kept for its user', async () => {
    const { context } = await openOwn({ theme: 'light', width: 'phone' });
    const [one, other] = [await openUser(), await openUser()];
    const page = await enter(context, one.token);
    await pressBell(page);
    await hint(page).waitFor();
    expect(await brokenRules(page)).toEqual([]);
    await tabTo(page, 'Not now');
    await page.keyboard.press('Enter');
    await hint(page).waitFor({ state: 'detached' });

    const again = await enter(context, one.token);
    await pressBell(again);
    // The settings ask for the same: once they know it, the offer would stand there too.
    await openSettings(again);
    await again.getByRole('button', { name: 'Show notifications here' }).waitFor();
    await pressBell(again);
    await again.getByText('Nothing to tell you.').waitFor();
    expect(await hint(again).count()).toBe(0);
    const others = await enter(context, other.token);
    await pressBell(others);
    await hint(others).waitFor();
  });

  it('is subscribed to anew at the next start, without a question, once the service has another key', async () => {
    const [{ context, first }, { user, token }] = [await openOwn(), await openUser()];
    await allow(context);
    const older = createECDH('prime256v1').generateKeys('base64url');
    await first.evaluate(
      async ({ applicationServerKey, saidYes }) => {
        localStorage.setItem(saidYes, 'on');
        const { pushManager } = await navigator.serviceWorker.ready;
        await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
      },
      { applicationServerKey: older, saidYes: `fillstream.push.${user}` },
    );
    const before = (await subscriptionOf(first))!;
    const page = await enter(context, token);
    await until(async () => (await subscriptionOf(page))?.path !== before.path, SOON);
    const { key, path } = await registered(user, page);
    expect([Buffer.from(key).toString('base64url'), path === before.path]).toEqual([keys.publicKey, false]);
  });

  it('comes back when its subscription was lost, and not to who has switched it off', async () => {
    const { context, user, token, page, subscription } = await openSubscribed();
    await loseSubscription(page);
    const back = await enter(context, token);
    await until(async () => (await subscriptionOf(back)) !== null, SOON);
    expect((await registered(user, back)).path).not.toBe(subscription.path);

    await pressBell(back);
    await openSettings(back);
    await back.getByRole('button', { name: 'Show none here' }).click();
    await back.getByRole('button', { name: 'Show notifications here' }).waitFor();
    const [{ registeredAt } = { registeredAt: new Date() }] = await devicesOf(user);
    expect([await pathsOf(user), await subscriptionOf(back)]).toEqual([[null], null]);
    const off = await enter(context, token);
    await until(async () => (await devicesOf(user)).some((each) => each.registeredAt > registeredAt), SOON);
    await pressBell(off);
    await openSettings(off);
    await off.getByRole('button', { name: 'Show notifications here' }).waitFor();
    expect([await pathsOf(user), await subscriptionOf(off)]).toEqual([[null], null]);
  });

  it('goes on when the browser drops its subscription while the page is open', async () => {
    const { context, user, page, subscription } = await openSubscribed();
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    /** As Chromium tells the worker; some browsers do not say what they have dropped. */
    const drop = (isTold: boolean): Promise<boolean> =>
      worker.evaluate(async (told) => {
        const { pushManager } = (globalThis as unknown as { registration: ServiceWorkerRegistration }).registration;
        const held = await pushManager.getSubscription();
        await held?.unsubscribe();
        const event = new Event('pushsubscriptionchange');
        const done = new Promise<unknown>((resolve) =>
          Object.assign(event, { oldSubscription: told ? held : null, newSubscription: null, waitUntil: resolve }),
        );
        globalThis.dispatchEvent(event);
        await done;
        return (await pushManager.getSubscription()) !== null;
      }, isTold);
    expect(await drop(true)).toBe(true);
    const second = await registered(user, page);
    expect(second.path).not.toBe(subscription.path);
    // The page knows that its user wants them, and the key.
    expect(await drop(false)).toBe(false);
    await until(async () => (await subscriptionOf(page)) !== null, SOON);
    expect((await registered(user, page)).path).not.toBe(second.path);
  });
});

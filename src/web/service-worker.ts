/**
 * Lets the page open while the service is away: it keeps the page and its files, never an answer of the API. Orders are
 * kept by the page itself. It asks the service first, so a new version is there at once. And it shows what is pushed.
 */
import { type Pushed, pushedOf } from './pushed.ts';

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface PushEvent extends Extendable {
  readonly data: { text(): string } | null;
}
/** Which of the two a browser gives is its own affair; some give neither. */
interface ChangeEvent extends Extendable {
  readonly oldSubscription?: PushSubscription | null;
  readonly newSubscription?: PushSubscription | null;
}
interface ClickEvent extends Extendable {
  readonly notification: { readonly data: unknown; close(): void };
}
interface Window {
  readonly visibilityState: string;
  postMessage(message: unknown): void;
  focus(): Promise<unknown>;
}
/** What TypeScript knows of a service worker excludes what it knows of a page; this much is used. */
interface Worker {
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
  addEventListener(type: 'push', listener: (event: PushEvent) => void): void;
  addEventListener(type: 'pushsubscriptionchange', listener: (event: ChangeEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: ClickEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly registration: {
    readonly pushManager: PushManager;
    showNotification(title: string, options: Pushed['options']): Promise<void>;
  };
  readonly navigator: { setAppBadge?(count: number): Promise<void> };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(which: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly Window[]>;
    openWindow(url: string): Promise<unknown>;
  };
}

const worker = globalThis as unknown as Worker;
const CACHE = 'fillstream-page';
const PAGE = '/';
/** A network that carries nothing is as good as none. */
const ANSWER_MS = 2_000;

worker.addEventListener('install', (event) => {
  event.waitUntil(fetch(PAGE, { cache: 'no-cache' }).then(keep).then(worker.skipWaiting.bind(worker)));
});

worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (pathname === PAGE && request.mode === 'navigate') event.respondWith(page(event));
  if (pathname.startsWith('/assets/')) event.respondWith(asset(request));
});

worker.addEventListener('push', (event) => {
  const { title, options, unreadCount } = pushedOf(event.data?.text() ?? '');
  void worker.navigator.setAppBadge?.(unreadCount).catch(() => undefined);
  event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(resubscribe(event)));

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(orderIn(event.notification.data)));
});

const orderIn = (data: unknown): string | null => {
  const { orderId } = (data ?? {}) as { orderId?: unknown };
  return typeof orderId === 'string' ? orderId : null;
};

/**
 * The browser has dropped the subscription or put another one in its place. A worker has no token to tell the service of it: an
 * open page does, or the next one at its start.
 */
async function resubscribe({ oldSubscription, newSubscription }: ChangeEvent): Promise<void> {
  if (oldSubscription && !newSubscription) {
    // Refused where the permission was taken back.
    await worker.registration.pushManager.subscribe(oldSubscription.options).catch(() => undefined);
  }
  for (const one of await windows()) one.postMessage({ type: 'subscription' });
}

const windows = (): Promise<readonly Window[]> =>
  worker.clients.matchAll({ type: 'window', includeUncontrolled: true });

/** In a window that is there, or else in a new one. */
async function open(orderId: string | null): Promise<void> {
  const all = await windows();
  const one = all.find(({ visibilityState }) => visibilityState === 'visible') ?? all[0];
  if (one) {
    one.postMessage({ type: 'open', orderId });
    await one.focus();
    return;
  }
  await worker.clients.openWindow(orderId === null ? PAGE : `${PAGE}?order=${encodeURIComponent(orderId)}`);
}

async function page(event: Fetching): Promise<Response> {
  const kept = await caches.match(PAGE);
  // Without a page that was kept it may take as long as it takes.
  const patience = kept ? { signal: AbortSignal.timeout(ANSWER_MS) } : {};
  try {
    const answer = await fetch(event.request, patience);
    if (answer.ok) event.waitUntil(keep(answer.clone()));
    return answer.status >= 500 && kept ? kept : answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Its name says its content. */
const asset = async (request: Request): Promise<Response> => (await caches.match(request)) ?? fetch(request);

/** Keeps the page with all files that it names, and drops those of the version before. */
async function keep(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`the page was answered with ${answer.status}`);
  const files = [...(await answer.clone().text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, file = '']) => file);
  const cache = await caches.open(CACHE);
  const missing = await Promise.all(files.map(async (file) => ((await cache.match(file)) ? [] : [file])));
  await cache.addAll(missing.flat());
  await cache.put(PAGE, answer);
  const old = (await cache.keys()).filter(({ url }) => ![PAGE, ...files].includes(new URL(url).pathname));
  await Promise.all(old.map((request) => cache.delete(request)));
}

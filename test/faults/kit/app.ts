import { WebSocket } from 'ws';
import { createFillstream, type Fillstream, type Transport as KitTransport } from '../../../src/client/index.ts';
import { openOrderList } from '../../../src/client/orders.ts';
import { offsetOf } from '../../../src/verify/cursor.ts';
import type { Seen, Session, Transport } from '../../../src/verify/history.ts';
import type { Recorder } from '../../../src/verify/recorder.ts';
import { EVENT_FIELDS, ORDER_FIELDS, SUBSCRIPTION } from '../../../src/verify/selection.ts';
import { ask } from '../ask.ts';
import { type Cache, type KitKind, openCache } from './cache.ts';
import { openView, type View } from './view.ts';

/** As patient as the recorders, so that the same bounds hold for both. */
const QUICK = {
  backoff: { firstMs: 100, maxMs: 1_000 },
  probe: { firstMs: 500, maxMs: 2_000 },
  patience: { openMs: 3_000, pingMs: 2_000, pongMs: 2_000, silenceMs: 16_000, pollWaitSeconds: 3, settleMs: 1_000 },
};
const PAGE_SIZE = 100;

export interface KitAppOptions {
  readonly kind: KitKind;
  readonly name: string;
  readonly user: string;
  readonly url: string;
  readonly token: () => string | Promise<string>;
}

/** An app on `fillstream/client` that writes down what it is handed, and shows lists meanwhile. */
export interface KitApp extends Recorder {
  readonly kind: KitKind;
  readonly views: readonly View[];
  /** What no app should ever see. */
  readonly faults: readonly string[];
}

/** Follows from where its user’s stream is now, as an app does that has loaded nothing. */
export async function openKitApp({ kind, name, user, url, token }: KitAppOptions): Promise<KitApp> {
  const faults: string[] = [];
  const find = (fault: string): void => void faults.push(`${name}: ${fault}`);
  const position = await positionOf({ url, user });
  const client = createFillstream({
    ...{ url, getToken: token, webSocketImpl: WebSocket, ...QUICK, app: { name: 'faults', platform: kind } },
    // The others are of the faults: loading again and asking for a token are tried once more.
    onFault({ code, message }) {
      if (code !== 'RELOAD' && code !== 'TOKEN') find(`${code} ${message}`);
    },
  });
  const cache = openCache(kind, { client, url, token });
  const record = openRecord(client, position);
  const views = openViews(cache, find);
  const stop = follow(cache, { position, record, find, onSeen: () => views.show() });
  return {
    ...{ kind, name, faults, views: views.all },
    ...{ offset: record.offset, isOpen: record.isOpen, deliveries: record.deliveries },
    sessions: () => record.sessions.length,
    cuts: () => 0,
    ...{ cut: unsupported, pause: unsupported, resume: unsupported },
    close() {
      stop();
      views.stop();
      cache.stop();
      client.close();
      const { reloadedTo, sessions } = record;
      return Promise.resolve({ name, user, fromOffset: offsetOf(position), reloadedTo, sessions });
    },
  };
}

/** Among thousands of apps that begin at once one may have to ask again. */
async function positionOf(asking: { readonly url: string; readonly user: string }, tries = 3): Promise<string> {
  try {
    return (await ask<{ position: string }>(asking, '{ position }')).position;
  } catch (error) {
    if (tries === 1) throw error;
    return await positionOf(asking, tries - 1);
  }
}

const unsupported = (): never => {
  throw new Error('only a recorder is cut off or stopped by itself');
};

interface OpenSession extends Omit<Session, 'seen' | 'ended'> {
  readonly kitTransport: KitTransport;
  readonly seen: Seen[];
  ended: string | null;
}

/** What the client hands on is what was selected, over every transport. */
const JUDGED_AS: Readonly<Record<KitTransport, Transport>> = {
  websocket: 'ws',
  sse: 'graphql-sse',
  polling: 'graphql-sse',
};

/** One app’s history: its connections by what its status says, and each update as the app is given it. */
function openRecord({ status }: Fillstream, position: string) {
  const sessions: OpenSession[] = [];
  const reloadedTo: number[] = [];
  let cursor = position;
  let deliveries = 0;
  let closed = status.getSnapshot().lastClose;
  status.subscribe(() => {
    const { state, transport, lastClose } = status.getSnapshot();
    const last = sessions.at(-1);
    if (lastClose !== closed && lastClose && last) {
      last.ended ??= typeof lastClose.code === 'number' ? `close ${lastClose.code}` : lastClose.code;
    }
    closed = lastClose;
    const isOpen = state === 'live' || state === 'polling';
    if (!isOpen || (last?.ended === null && last.kitTransport === transport)) return;
    if (last) last.ended ??= 'left for a better transport';
    open(transport);
  });
  const open = (kitTransport: KitTransport): void => {
    const own = { seen: [], ended: null, kitTransport };
    sessions.push({ transport: JUDGED_AS[kitTransport], after: cursor, openedAt: Date.now(), ...own });
  };
  return {
    ...{ sessions, reloadedTo },
    offset: () => offsetOf(cursor),
    isOpen: () => sessions.at(-1)?.ended === null,
    deliveries: () => deliveries,
    saw(seen: Seen) {
      deliveries += 1;
      cursor = seen.cursor;
      // The first ones of a connection come before its status over HTTP.
      if (sessions.length === 0) open(status.getSnapshot().transport);
      sessions.at(-1)?.seen.push(seen);
    },
    reloaded(to: string) {
      reloadedTo.push(offsetOf(to));
      cursor = to;
    },
  };
}

interface Update {
  readonly cursor: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly order: Readonly<Record<string, unknown>>;
}

interface Following {
  readonly position: string;
  readonly record: ReturnType<typeof openRecord>;
  readonly find: (fault: string) => void;
  readonly onSeen: () => void;
}

function follow({ source }: Cache, { position, record, find, onSeen }: Following): () => void {
  return source.subscribe<{ orderUpdated: Update }>(
    { query: SUBSCRIPTION, variables: { after: position } },
    {
      next({ data }) {
        record.saw(seenOf(data.orderUpdated));
        onSeen();
      },
      error({ code, message }) {
        if (code !== 'CLOSED') find(`gave up: ${code} ${message}`);
      },
      async reload({ code }) {
        if (code === 'UNREADABLE') return null;
        const { orders } = await source.ask<{ orders: { position: string } }>('{ orders(first: 1) { position } }');
        record.reloaded(orders.position);
        return orders.position;
      },
    },
  );
}

/** What was selected and nothing else: caches add `__typename`. */
function seenOf({ cursor, event, order }: Update): Seen {
  const pick = (from: Update['event'], names: readonly string[]): object =>
    Object.fromEntries(names.map((name) => [name, from[name]]));
  return {
    ...{ eventId: String(event['id']), orderId: String(order['id']), cursor, at: Date.now() },
    data: JSON.stringify({ event: pick(event, EVENT_FIELDS), order: pick(order, ORDER_FIELDS) }),
  };
}

/** The list of the hooks, from the beginning on; and, once there are orders, a query that the cache keeps up to date. */
function openViews({ source, show }: Cache, find: (fault: string) => void) {
  const list = openOrderList(source, { pageSize: PAGE_SIZE });
  const listed = openView('list', true, find);
  const unsubscribe = list.subscribe(() => listed.take(list.getSnapshot().orders));
  const stopList = list.start();
  const cached = show && openView('cache', false, find);
  let stopShowing: (() => void) | null = null;
  const failed = (): void => {
    stopShowing?.();
    stopShowing = null;
  };
  return {
    all: cached ? [listed, cached] : [listed],
    show() {
      if (show && cached) stopShowing ??= show({ orders: cached.take, failed });
    },
    stop() {
      failed();
      unsubscribe();
      stopList();
    },
  };
}

import { inTransaction } from '../../src/db/transaction.ts';
import type { App } from '../../src/app.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import type { Notification } from '../../src/notifications/notification.ts';
import { append, ensureUsers } from '../../src/stream/append.ts';
import { ask, type Asked, wsClient } from '../support/client.ts';
import { notificationOf, viewOf } from './told.ts';

type Told = Partial<Notification> & { readonly title?: string };

/** @returns the Relay id of an everyday notification that is in the feed now */
export async function tellEveryday({ deps }: App, { title, ...overrides }: Told = {}): Promise<string> {
  const notification = notificationOf(overrides);
  await deps.feed.append(notification.userId, notification.id, viewOf(notification, title), 3_600);
  return globalId('Notification', notification.id);
}

/** As the router does it: the row and its event in one transaction. */
export async function tellCritical({ deps }: App, { title = 'Busted', ...overrides }: Told = {}): Promise<string> {
  const notification = notificationOf({ type: 'EXECUTION_BUSTED', ...overrides });
  const { body, locale, ...view } = viewOf(notification, title);
  const { userId } = notification;
  const events = await inTransaction(deps.db, async (tx) => {
    await ensureUsers(tx, [userId]);
    await tx.criticalNotification.create({ data: { ...notification, data: {}, title, body, locale } });
    const data = { change: 'RECEIVED', notification: { ...view, body, locale } } as const;
    return append(tx, [{ userId, type: 'notificationReceived', data, orderId: null, change: null }], new Date());
  });
  deps.bus.publish(events);
  return globalId('Notification', notification.id);
}

/** The data of an answer without errors. */
export async function data<T>(asked: Asked, query: string, variables: object = {}): Promise<T> {
  const answer = await ask(asked, query, variables);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data as T;
}

export interface Update {
  readonly cursor: string;
  readonly change: string;
  readonly notification: {
    readonly id: string;
    readonly strategy: string | null;
    readonly readAt: string | null;
    readonly archivedAt: string | null;
  };
}

interface Fault {
  readonly extensions: { readonly code: string; readonly half?: string };
}

/** A socket that follows `notificationReceived` until it is stopped or cut. */
export function watchNotifications(
  asked: Asked,
  variables: { after?: string; categories?: readonly string[]; strategies?: readonly string[] } = {},
) {
  const client = wsClient(asked);
  const query = `subscription ($after: Cursor, $categories: [NotificationCategory!], $strategies: [String!]) {
    notificationReceived(after: $after, categories: $categories, strategies: $strategies) {
      cursor change notification { id strategy readAt archivedAt } } }`;
  const updates = client.iterate<{ notificationReceived: Update }>({ query, variables });
  return {
    /** The next so many. Rejects with the faults that end it. */
    async take(count: number): Promise<readonly Update[]> {
      const taken: Update[] = [];
      while (taken.length < count) {
        const next = await updates.next();
        if (next.done || !next.value.data) throw new Error(`ended after ${taken.length} of ${count}`);
        taken.push(next.value.data.notificationReceived);
      }
      return taken;
    },
    ended: () =>
      updates.next().then(
        () => null,
        (faults: unknown) =>
          (faults as readonly Fault[]).map(({ extensions: { code, half } }) => ({ code, half }))[0] ?? null,
      ),
    cut: () => client.terminate(),
  };
}

import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type Db, openDb } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { userId } from '../../src/kernel/brand.ts';
import { type Clock, systemClock, systemIds } from '../../src/kernel/clock.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import type { ChannelPort, ChannelPorts } from '../../src/notifications/channels/channel.ts';
import { type ChannelGuardOptions, guardedChannel } from '../../src/notifications/channels/guarded-channel.ts';
import { replayDeliveries } from '../../src/notifications/dead-letter.ts';
import { type NotificationDeps, type Notifications, openNotifications } from '../../src/notifications/notifications.ts';
import type { NotificationParts } from '../../src/notifications/parts.ts';
import { type DeliveryCounts, readDeliveryCounts } from '../../src/notifications/store.ts';
import type { OrderUpdateView } from '../../src/orders/view.ts';
import { append, ensureUsers } from '../../src/stream/append.ts';
import { ensureEpoch } from '../../src/stream/epoch.ts';
import type { StreamEvent } from '../../src/stream/event.ts';
import { cloneDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { testParts } from './delivery-parts.ts';

const WITHIN = { withinMs: 20_000 };
export const silent = pino({ level: 'silent' });

export type Row = Readonly<Record<string, unknown>> & {
  readonly channel: string;
  readonly state: string;
  readonly reason: string;
  readonly user_id: string;
};

interface StageOptions extends Partial<NotificationDeps> {
  /** Puts each port behind its guard, as the service does. */
  readonly guard?: ChannelGuardOptions;
}

export function guardedPorts(ports: ChannelPorts, options: ChannelGuardOptions): ChannelPorts {
  const deps = { clock: systemClock, log: silent };
  const guarded = Object.entries(ports).map(([kind, port]) => [
    kind,
    guardedChannel(deps, port as ChannelPort, options),
  ]);
  return Object.fromEntries(guarded) as ChannelPorts;
}

/** A database with users and their devices, where orders' events are committed as the order path commits them. */
export async function openStage() {
  const database = await cloneDatabase();
  const db = openDb({ url: database.url, connectionsMax: 8 });
  await ensureEpoch(db, systemIds);
  const opened: Notifications[] = [];
  return {
    ...{ db, url: database.url },
    commit: (events: readonly (readonly [user: string, execType: string])[]) => commitEvents(db, events),
    addDevice: (user: string, token: string, registeredAt = new Date()) => addDevice(db, { user, token, registeredAt }),
    open(parts: Partial<NotificationParts>, { guard, ...more }: StageOptions = {}): Notifications {
      const deps = { db, clock: systemClock, ids: systemIds, log: silent, bus: { publish: () => undefined }, ...more };
      const ports = guard && parts.ports ? guardedPorts(parts.ports, guard) : parts.ports;
      const notifications = openNotifications({ ...deps, parts: testParts({ ...parts, ...(ports && { ports }) }) });
      opened.push(notifications);
      return notifications;
    },
    replay: (which: Parameters<typeof replayDeliveries>[1]) => replayDeliveries({ db, clock: systemClock }, which),
    rows: (where = 'true') =>
      db.$queryRawUnsafe<Row[]>(
        `SELECT * FROM notification_deliveries WHERE ${where} ORDER BY created_at, notification_id, channel`,
      ),
    /** Once nothing is owed, and so many rows were generated. */
    settled: (generated: number): Promise<DeliveryCounts> => settled(db, generated),
    close: async (): Promise<void> => {
      await Promise.all(opened.map((one) => one.stop()));
      await db.$disconnect();
      await database.drop();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** When nothing is pending and nothing is missing. */
export async function settled(db: Db, generated: number): Promise<DeliveryCounts> {
  const found = await until(async () => {
    const accounts = await readDeliveryCounts(db);
    return accounts.generated === generated && accounts.states.PENDING === 0 && accounts;
  }, WITHIN);
  return found as DeliveryCounts;
}

let orders = 0;

export function commitEvents(
  db: Db,
  events: readonly (readonly [user: string, execType: string])[],
): Promise<readonly StreamEvent[]> {
  return inTransaction(db, async (tx) => {
    await ensureUsers(
      tx,
      events.map(([user]) => userId(user)),
    );
    const news = events.map(([user, execType]) => {
      orders += 1;
      const orderId = randomUUID();
      const event = { id: globalId('OrderEvent', `${orderId}:1`), execType, committedAt: new Date().toISOString() };
      const data = { event, order: { id: globalId('Order', orderId), symbol: `S${orders % 7}` } };
      const view = data as unknown as OrderUpdateView;
      return { userId: userId(user), type: 'orderUpdated' as const, data: view, orderId, change: null };
    });
    return await append(tx, news, new Date());
  });
}

interface NewDevice {
  readonly user: string;
  readonly token: string;
  readonly registeredAt: Date;
}

async function addDevice(db: Db, { user, token, registeredAt }: NewDevice): Promise<string> {
  const id = randomUUID();
  const registered = { registeredAt, seenAt: registeredAt, permission: 'GRANTED' };
  await db.device.create({
    data: { id, userId: user, installation: token, platform: 'ANDROID', provider: 'FCM', token, ...registered },
  });
  return id;
}

/** A clock that the test moves. */
export function movedClock(): Clock & { forward(milliseconds: number): void } {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    forward: (milliseconds) => {
      offset += milliseconds;
    },
  };
}

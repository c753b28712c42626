import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Order } from './generated/schema.ts';
import type { OrderCache } from './orders.ts';
import { UnreadableError } from './read.ts';
import { readOrder } from './read-order.ts';

interface Entry {
  readonly user: string;
  readonly list: string;
  readonly asOf: number;
  readonly orders: readonly Order[];
}

interface Schema extends DBSchema {
  lists: { key: [string, string]; value: Entry };
}

const NAME = 'fillstream';
const LISTS_MAX = 20;
export const ORDERS_PER_LIST_MAX = 200;

/**
 * The last known orders of one user, in IndexedDB: shown at once when the app is started, each list with its time. What
 * was kept for anybody else is forgotten when it is opened. Where IndexedDB is refused, nothing is kept, and no call fails.
 */
export function openOrderCache(
  user: string,
): OrderCache & { /** At sign-out. From then on nothing is kept. */ clear(): Promise<void> } {
  let isOver = false;
  const open = async (): Promise<IDBPDatabase<Schema>> => {
    const database = await openDB<Schema>(NAME, 1, {
      upgrade: (made) => void made.createObjectStore('lists', { keyPath: ['user', 'list'] }),
    });
    await forget(database, (entry) => entry.user !== user);
    return database;
  };
  const opened = open();
  // Whether it is refused is told to whoever reads or writes.
  opened.catch(() => undefined);
  /** A cache that can't be used is an empty one. */
  const quietly = <T>(task: (database: IDBPDatabase<Schema>) => Promise<T>, otherwise: T): Promise<T> =>
    opened.then(task).catch(() => otherwise);
  return {
    read: (list) =>
      quietly(async (database) => {
        const entry = await database.get('lists', [user, list]);
        if (!entry) return null;
        try {
          // An older version of the app may have written it.
          if (!Number.isFinite(entry.asOf)) throw new UnreadableError('no time');
          return { asOf: entry.asOf, orders: entry.orders.map(readOrder) };
        } catch {
          await database.delete('lists', [user, list]);
          return null;
        }
      }, null),
    write: (list, orders, asOf) =>
      quietly(async (database) => {
        if (isOver) return;
        await database.put('lists', { user, list, asOf, orders: orders.slice(0, ORDERS_PER_LIST_MAX) });
        const kept = (await database.getAll('lists')).sort((a, b) => b.asOf - a.asOf);
        const oldest = new Set(kept.slice(LISTS_MAX).map((entry) => entry.list));
        if (oldest.size > 0) await forget(database, (entry) => oldest.has(entry.list));
      }, undefined),
    clear() {
      isOver = true;
      return quietly((database) => forget(database, () => true), undefined);
    },
  };
}

async function forget(database: IDBPDatabase<Schema>, isOver: (entry: Entry) => boolean): Promise<void> {
  const writing = database.transaction('lists', 'readwrite');
  for await (const cursor of writing.store) if (isOver(cursor.value)) await cursor.delete();
  await writing.done;
}

import { z } from 'zod';
import { offsetOf } from './cursor.ts';
import type { FinalOrder, Logged, OtherPlace } from './history.ts';
import type { Item } from './line.ts';
import { PATIENCE } from './line.ts';
import type { Options } from './options.ts';
import { readPage } from './record-poll.ts';
import type { Service } from './service.ts';
import { delay, now } from './time.ts';

const dataSchema = z.object({ event: z.object({ execId: z.string().nullable(), committedAt: z.iso.datetime() }) });

export interface Truth {
  readonly log: readonly Logged[];
  readonly others: readonly OtherPlace[];
  readonly finalOrders: readonly FinalOrder[];
}

interface Asked {
  readonly service: Service;
  readonly options: Options;
  readonly user: string;
  /** Where the run began. */
  readonly after: string;
  /** The orders of the run. */
  readonly orderIds: readonly string[];
}

const AGREE_WITHIN_MS = 5_000;
const AGREE_POLL_MS = 250;

/**
 * The log since the run began, and the run's orders as they are queried. An order may still move between the two readings,
 * so both are read again until they are of one moment, for a while.
 */
export async function readTruth(asked: Asked): Promise<Truth> {
  const { service, user, orderIds } = asked;
  const until = now() + AGREE_WITHIN_MS;
  const log: Logged[] = [];
  const others: OtherPlace[] = [];
  let cursor = asked.after;
  for (;;) {
    cursor = await readOn(asked, cursor, { log, others });
    const finalOrders: FinalOrder[] = [];
    for (const orderId of orderIds) {
      const missing = { user, orderId, cumQty: '0', status: 'UNKNOWN', version: 0 };
      finalOrders.push((await service.order(user, orderId)) ?? missing);
    }
    const versions = new Map<string, number>();
    for (const { orderId } of log) versions.set(orderId, (versions.get(orderId) ?? 0) + 1);
    const agree = finalOrders.every(({ orderId, version }) => versions.get(orderId) === version);
    if (agree || now() >= until) return { log, others, finalOrders };
    await delay(AGREE_POLL_MS);
  }
}

/** Adds all that is logged after the cursor; returns where the log ends. */
async function readOn(
  { options, user }: Asked,
  from: string,
  { log, others }: { readonly log: Logged[]; readonly others: OtherPlace[] },
): Promise<string> {
  const { url, token } = options;
  const asking = { url, token, signal: new AbortController().signal, patience: PATIENCE };
  for (let after = from; ;) {
    const { items, cursor, others: places } = await readPage(asking, { after, waitSeconds: 0 });
    others.push(...places.map((place) => ({ user, offset: offsetOf(place) })));
    log.push(...items.map((item) => loggedOf(item, user)));
    if (items.length + places.length === 0) return cursor;
    after = cursor;
  }
}

function loggedOf({ eventId, orderId, cursor, data }: Item, user: string): Logged {
  const { event } = dataSchema.parse(JSON.parse(data));
  const committedAt = Date.parse(event.committedAt);
  return { user, offset: offsetOf(cursor), eventId, orderId, data, execId: event.execId, committedAt };
}

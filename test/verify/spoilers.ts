import type { History } from '../../src/verify/history.ts';
import type { Property } from '../../src/verify/verdict.ts';
import { cursorAt, seenOf, type Writable } from './perfect.ts';

export type Run = Writable<History>;

/** Numbers from 0 to 1 that a spoiler chooses by. */
export type Chance = readonly [number, number];

interface Spoiler {
  readonly name: string;
  readonly found: Property;
  /** Makes one thing wrong. */
  readonly spoil: (run: Run, chance: Chance) => void;
}

const pick = <Item>(items: readonly Item[], share: number): Item =>
  items[Math.min(Math.floor(share * items.length), items.length - 1)]!;

/** An event as it came to a client, and its place there. */
function arrivalOf(run: Run, chance: Chance) {
  const client = pick(run.clients, chance[0]);
  const places = client.sessions.flatMap(({ seen }, s) =>
    seen.map((each, i) => ({ session: client.sessions[s]!, i, each })),
  );
  return { client, places, ...pick(places, chance[1]) };
}

/** Each makes one thing wrong in a run in which nothing was, and is found under one property alone. */
export const SPOILERS: readonly Spoiler[] = [
  {
    name: 'an event that never came',
    found: 'C1',
    spoil: (run, chance) => {
      const { session, i } = arrivalOf(run, chance);
      session.seen.splice(i, 1);
    },
  },
  {
    name: 'an acknowledged execution that is not in the log',
    found: 'C1',
    spoil: (run, chance) => {
      pick(run.acknowledged, chance[0]).execIds.push('X-never-logged');
    },
  },
  {
    name: 'an event that came again',
    found: 'C2',
    spoil: (run, chance) => {
      const { client, each } = arrivalOf(run, chance);
      client.sessions.at(-1)!.seen.push({ ...each });
    },
  },
  {
    name: 'an execution that was applied twice',
    found: 'C2',
    spoil: (run, chance) => {
      const { user, execIds } = pick(run.acknowledged, chance[0]);
      appendTo(run, user, { execType: 'RESTATED', execId: execIds[0]! });
    },
  },
  {
    name: 'two events that changed places',
    found: 'C3',
    spoil: (run, chance) => {
      const { places, i, session, each } = arrivalOf(run, chance);
      const other = places.find((place) => place.each !== each)!;
      [session.seen[i], other.session.seen[other.i]] = [other.each, each];
    },
  },
  {
    name: 'a hole in the numbering of the log',
    found: 'C3',
    spoil: (run, chance) => {
      const { user, offset } = pick(run.log, chance[0]);
      const at = Math.max(offset, 2);
      const rest = run.log.filter((logged) => logged.user === user && logged.offset >= at);
      for (const client of run.clients.filter((each) => each.user === user)) {
        if (client.fromOffset >= at) client.fromOffset += 1;
        const byId = new Map(rest.map((logged) => [logged.eventId, logged]));
        for (const each of client.sessions.flatMap(({ seen }) => seen)) {
          const logged = byId.get(each.eventId);
          if (logged) each.cursor = cursorAt(logged.offset + 1);
        }
      }
      for (const logged of rest) logged.offset += 1;
    },
  },
  {
    name: 'a cursor of another place',
    found: 'C3',
    spoil: (run, chance) => {
      const { each } = arrivalOf(run, chance);
      each.cursor = cursorAt(1_000_000);
    },
  },
  {
    name: 'a changed byte',
    found: 'C4',
    spoil: (run, chance) => {
      const { each } = arrivalOf(run, chance);
      each.data = each.data.replace('"AAPL"', '"AAPM"');
    },
  },
  {
    name: 'a field that is missing',
    found: 'C4',
    spoil: (run, chance) => {
      const { each } = arrivalOf(run, chance);
      each.data = each.data.replace('"symbol":"AAPL",', '');
    },
  },
  {
    name: 'an event that nobody logged',
    found: 'C4',
    spoil: (run, chance) => {
      const { session, i, each } = arrivalOf(run, chance);
      session.seen.splice(i, 0, { ...each, eventId: 'never-logged' });
    },
  },
  {
    name: 'an event of another user',
    found: 'C5',
    spoil: (run, chance) => {
      const { client, session, i } = arrivalOf(run, chance);
      session.seen.splice(i, 0, seenOf(run.log.find(({ user }) => user !== client.user)!));
    },
  },
  {
    name: 'a final order with another quantity',
    found: 'C6',
    spoil: (run, chance) => {
      pick(run.finalOrders, chance[0]).cumQty = '12345';
    },
  },
  {
    name: 'an order whose history lacks an event',
    found: 'C6',
    spoil: (run, chance) => {
      pick(run.finalOrders, chance[0]).eventIds!.pop();
    },
  },
  {
    name: 'a quantity that falls without a bust',
    found: 'C6',
    spoil: (run, chance) => {
      const { user } = pick(run.log, chance[0]);
      appendTo(run, user, { execType: 'CANCELED', execId: null, cumQty: '0' });
    },
  },
  {
    name: 'an event that came late',
    found: 'C8',
    spoil: (run, chance) => {
      const { each } = arrivalOf(run, chance);
      each.at += run.catchUpWithinMs + 1_000;
    },
  },
];

/** One more event of the user's last order, logged and seen by all as it should be; what it says is up to the spoiler. */
export function appendTo(
  run: Run,
  user: string,
  says: { execType: string; execId: string | null; cumQty?: string },
): void {
  const last = run.log.findLast((logged) => logged.user === user)!;
  const { order } = JSON.parse(last.data) as { order: { version: number; cumQty: string; status: string } };
  const { cumQty = order.cumQty, ...event } = says;
  const version = order.version + 1;
  const eventId = `${last.orderId}:${version}`;
  const now = { ...order, version, cumQty };
  const data = JSON.stringify({
    event: { id: eventId, status: order.status, execRefId: null, lastQty: null, cumQty, ...event },
    order: now,
  });
  const logged = { ...last, eventId, execId: event.execId, data, offset: last.offset + 1 };
  run.log.push(logged);
  for (const client of run.clients) if (client.user === user) client.sessions.at(-1)!.seen.push(seenOf(logged));
  const final = run.finalOrders.find(({ orderId }) => orderId === last.orderId)!;
  Object.assign(final, { cumQty, version, eventIds: [...final.eventIds!, eventId] });
}

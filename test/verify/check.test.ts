import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/verify/check.ts';
import type { History } from '../../src/verify/history.ts';
import { FINDINGS_PER_PROPERTY_MAX, isClean, type Property } from '../../src/verify/verdict.ts';
import { cursorAt, perfectHistory, type Plan, seenOf, sharedHistory, type Writable } from './perfect.ts';

type Run = Writable<History>;

/** Numbers from 0 to 1 that a spoiler chooses by. */
type Chance = readonly [number, number, number];

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

const SPOILERS: readonly Spoiler[] = [
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
function appendTo(run: Run, user: string, says: { execType: string; execId: string | null; cumQty?: string }): void {
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

const plans: fc.Arbitrary<Plan> = fc.record({
  users: fc.array(fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 4 }), {
    minLength: 2,
    maxLength: 3,
  }),
  clientsPerUser: fc.integer({ min: 1, max: 4 }),
  sessionEvents: fc.integer({ min: 1, max: 10 }),
  beginsAt: fc.constantFrom(0, 0.3, 0.5),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });
const chances: fc.Arbitrary<Chance> = fc.tuple(share, share, share);

const SMALL: Plan = {
  users: [
    [3, 2],
    [2, 2],
  ],
  clientsPerUser: 2,
  sessionEvents: 3,
  beginsAt: 0,
};
const properties = (run: Run): readonly string[] => [...new Set(check(run).findings.map(({ property }) => property))];

describe('the checker', () => {
  it('passes a run in which nothing went wrong', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const run = perfectHistory(plan);
        const { passed, findings, counts } = check(run);
        expect(findings).toEqual([]);
        expect(passed).toBe(true);
        expect(counts.deliveries).toBe(
          run.clients.flatMap(({ sessions }) => sessions.flatMap(({ seen }) => seen)).length,
        );
        expect(counts.catchUpMs).toBe(5);
      }),
    );
  });

  it.each(SPOILERS)('finds $name, and calls it $found', ({ found, spoil }) => {
    fc.assert(
      fc.property(plans, chances, (plan, chance) => {
        const run = perfectHistory(plan);
        spoil(run, chance);
        const verdict = check(run);
        expect(verdict.passed).toBe(false);
        expect(properties(run)).toEqual([found]);
      }),
    );
  });

  it('is not called clean while any count is not zero', () => {
    const { counts } = check(perfectHistory(SMALL));
    const breaches = ['lost', 'repeated', 'reordered', 'invented', 'foreign', 'diverged', 'late'] as const;
    expect(breaches.filter((name) => isClean({ ...counts, [name]: 1 }))).toEqual([]);
    expect(isClean(counts)).toBe(true);
  });

  it('names the client, its user and the event', () => {
    const run = perfectHistory(SMALL);
    const [gone] = run.clients[0]!.sessions[0]!.seen.splice(1, 1);
    expect(check(run).findings).toEqual([
      { property: 'C1', client: 'client-0-0', user: 'user-0', event: gone!.eventId, says: 'never seen: offset 2' },
    ]);
  });

  it('tells a run of lost events as one, and counts each', () => {
    const run = perfectHistory(SMALL);
    run.clients[0]!.sessions[0]!.seen = [];
    const { counts, findings } = check(run);
    expect(counts.lost).toBe(3);
    expect(findings.map(({ says }) => says)).toEqual(['never seen: offsets 1 to 3']);
  });

  it('keeps a bounded list of findings, and counts all', () => {
    const run = perfectHistory({ ...SMALL, users: [[100], [1]] });
    const { sessions } = run.clients[0]!;
    sessions.push({ ...sessions[0]!, seen: structuredClone(sessions.flatMap(({ seen }) => seen)) });
    const { counts, findings } = check(run);
    expect(counts.repeated).toBe(101);
    expect(findings).toHaveLength(FINDINGS_PER_PROPERTY_MAX);
  });

  it('lets a client that stopped to listen miss what came after', () => {
    const run = perfectHistory(SMALL);
    const client = run.clients[0]!;
    client.sessions.at(-1)!.seen.pop();
    client.toOffset = run.log.findLast(({ user }) => user === client.user)!.offset - 1;
    expect(check(run).passed).toBe(true);
  });
});

describe('a reload', () => {
  const PLAN: Plan = { users: [[19], [1]], clientsPerUser: 1, sessionEvents: 5, beginsAt: 0 };

  it('stands for what lies before its snapshot', () => {
    const run = perfectHistory(PLAN);
    const client = run.clients[0]!;
    client.sessions[1]!.seen = [];
    client.reloadedTo = [10];
    expect(check(run).passed).toBe(true);
  });

  it('stands for the end of the log as well', () => {
    const run = perfectHistory(PLAN);
    const client = run.clients[0]!;
    client.sessions[3]!.seen = [];
    client.reloadedTo = [20];
    expect(check(run).passed).toBe(true);
  });

  it('excuses neither what was lost before it nor what is lost behind it', () => {
    const run = perfectHistory(PLAN);
    const client = run.clients[0]!;
    client.sessions[0]!.seen.splice(1, 1);
    client.sessions[1]!.seen = [];
    client.sessions[2]!.seen.shift();
    client.reloadedTo = [10];
    const { counts, findings } = check(run);
    expect(counts.lost).toBe(2);
    expect(findings.map(({ says }) => says)).toEqual(['never seen: offset 2', 'never seen: offset 11']);
  });
});

describe('busts and corrections', () => {
  const bust = (what: object, after: string, execType: string): Run => {
    const run = perfectHistory({ users: [[3]], clientsPerUser: 0, sessionEvents: 1, beginsAt: 0 });
    appendTo(run, 'user-0', { execType, execId: 'B-1', cumQty: after });
    const last = run.log.at(-1)!;
    const { event, order } = JSON.parse(last.data) as { event: object; order: object };
    last.data = JSON.stringify({ event: { ...event, execRefId: 'X-user-0-order-0:2', ...what }, order });
    return run;
  };

  it('lower what is filled, by what they are about', () => {
    expect(check(bust({}, '20', 'TRADE_CANCEL')).findings).toEqual([]);
    expect(check(bust({ lastQty: '4' }, '24', 'TRADE_CORRECT')).findings).toEqual([]);
  });

  it('lower it by nothing else', () => {
    expect(properties(bust({}, '19', 'TRADE_CANCEL'))).toEqual(['C6']);
    expect(properties(bust({ lastQty: '4' }, '20', 'TRADE_CORRECT'))).toEqual(['C6']);
  });
});

it('judges 20,000 events that each of 60 clients has seen within seconds', () => {
  const users = [Array.from({ length: 1_000 }, () => 19)];
  const run = sharedHistory({ users, clientsPerUser: 60, sessionEvents: 100, beginsAt: 0 });
  const start = performance.now();
  expect(check(run)).toMatchObject({ passed: true, counts: { deliveries: 1_200_000 } });
  expect(performance.now() - start).toBeLessThan(10_000);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/verify/check.ts';
import { FINDINGS_PER_PROPERTY_MAX, isClean } from '../../src/verify/verdict.ts';
import { perfectHistory, type Plan, sharedHistory } from './perfect.ts';
import { appendTo, type Chance, type Run, SPOILERS } from './spoilers.ts';

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
const chances: fc.Arbitrary<Chance> = fc.tuple(share, share);

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

  it('passes a log in which events of other kinds have their places, and finds them missing', () => {
    const run = perfectHistory(SMALL);
    const [user] = run.log.map((logged) => logged.user);
    const last = run.log.filter((logged) => logged.user === user).length;
    const moved = <T extends { readonly offset: number }>(at: T): T => ({ ...at, offset: at.offset + 2 });
    const log = run.log.map((logged) => (logged.user === user && logged.offset === last ? moved(logged) : logged));
    const others = [last, last + 1].map((offset) => ({ user: String(user), offset }));
    const aside = { ...run, log, clients: [] };
    expect(check({ ...aside, others }).findings).toEqual([]);
    expect(properties(aside)).toEqual(['C3']);
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

it('judges a long run of many clients', () => {
  const users = [Array.from({ length: 1_000 }, () => 19)];
  const run = sharedHistory({ users, clientsPerUser: 10, sessionEvents: 100, beginsAt: 0 });
  expect(check(run)).toMatchObject({ passed: true, counts: { deliveries: 200_000 } });
});

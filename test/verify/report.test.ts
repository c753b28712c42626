import { describe, expect, it } from 'vitest';
import { check } from '../../src/verify/check.ts';
import { isPass, reportOf } from '../../src/verify/report.ts';
import { byOurClock } from '../../src/verify/skew.ts';
import type { Outcome } from '../../src/verify/verify.ts';
import { perfectHistory } from './perfect.ts';

const run = () => perfectHistory({ users: [[3, 4]], clientsPerUser: 2, sessionEvents: 4, beginsAt: 0 });

function outcomeOf(history = run(), cuts = 2): Outcome {
  const verdict = check(history);
  return {
    verdict,
    clients: verdict.clients.map(({ name }) => ({ name, connections: 3, cuts })),
    ...{ orders: { placed: 2, failed: 0 }, events: history.log.length },
  };
}

const lastOf = (outcome: Outcome) => reportOf(outcome).at(-1);

describe('the report', () => {
  it('ends with the verdict', () => {
    const outcome = outcomeOf();
    expect(lastOf(outcome)).toBe('PASS: 2 clients, 18 deliveries, 4 cuts: 0 lost, 0 repeated, 0 reordered');
    expect(isPass(outcome)).toBe(true);
  });

  it('has a row for each client', () => {
    expect(
      reportOf(outcomeOf())
        .slice(0, 3)
        .map((line) => line.trim().split(/ {2,}/)),
    ).toEqual([
      ['client', 'connections', 'cuts', 'deliveries', 'lost', 'repeated', 'reordered', 'other', 'slowest ms'],
      ['client-0-0', '3', '2', '9', '0', '0', '0', '0', '5'],
      ['client-0-1', '3', '2', '9', '0', '0', '0', '0', '5'],
    ]);
  });

  it('says what was found, of whom and about which event', () => {
    const history = run();
    history.clients[0]!.sessions[0]!.seen.splice(0, 1);
    const outcome = outcomeOf(history);
    expect(reportOf(outcome)).toContain(
      'C1 no loss: client client-0-0 of user-0, event user-0-order-0:1: never seen: offset 1',
    );
    expect(lastOf(outcome)).toBe('FAIL: 2 clients, 17 deliveries, 4 cuts: 1 lost, 0 repeated, 0 reordered');
    expect(isPass(outcome)).toBe(false);
  });

  it('vouches for nothing when nothing was cut', () => {
    const outcome = outcomeOf(run(), 0);
    expect(lastOf(outcome)).toMatch(/^FAIL: no connection was cut/);
    expect(isPass(outcome)).toBe(false);
  });

  it('vouches for nothing when nothing came to a client', () => {
    const history = run();
    const [idle] = history.clients;
    Object.assign(idle!, { fromOffset: 9, sessions: [] });
    const outcome = outcomeOf(history);
    expect(lastOf(outcome)).toMatch(/^FAIL: client-0-0 had no delivery/);
    expect(isPass(outcome)).toBe(false);
  });
});

describe('the clock of another machine', () => {
  it.each([-600_000, 0, 600_000])('that is %i ms ahead makes nothing late, and hides nothing late', (aheadMs) => {
    const history = run();
    const judged = () => {
      const log = history.log.map((logged) => ({ ...logged, committedAt: logged.committedAt + aheadMs }));
      return check({ ...history, log: byOurClock(log, history.clients) }).counts;
    };
    expect(judged()).toMatchObject({ late: 0, catchUpMs: 0 });
    history.clients[1]!.sessions[0]!.seen[1]!.at += 6_000;
    expect(judged()).toMatchObject({ late: 1, catchUpMs: 6_000 });
  });
});

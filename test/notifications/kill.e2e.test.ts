import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeUrgently } from './delivery-parts.ts';
import { openStage, type Stage } from './delivery-stage.ts';
import { openProvider, portsAt, type Provider, sends } from './http-provider.ts';

const PROGRAM = path.resolve(import.meta.dirname, 'notifier-process.ts');
const CHANNELS = 5;
const MANY = ['TRADE', 'REJECTED', 'TRADE', 'REJECTED', 'TRADE', 'REJECTED'];

/** Where a process is killed in the life of a delivery. Only where it is `doubled` may the provider see it once more. */
const POINTS = [
  { point: 'committed', when: 'after the order’s commit, before its events are routed', events: MANY },
  { point: 'routed', when: 'after the commit of the routing, before a worker takes a delivery', events: MANY },
  { point: 'claimed', when: 'after a delivery is taken, before the provider is called', events: MANY },
  {
    point: 'accepted',
    when: 'after the provider has accepted, before the delivery is marked',
    events: MANY,
    doubled: true,
  },
  // One alone: of several some are accepted and not marked yet.
  { point: 'marked', when: 'after a delivery is marked, before its process goes on', events: ['TRADE'] },
];

describe.each(POINTS)('a process that is killed $when', ({ point, events, doubled = false }) => {
  let stage: Stage;
  let provider: Provider;
  beforeAll(async () => {
    [stage, provider] = await Promise.all([openStage(), openProvider()]);
  });
  afterAll(async () => {
    await stage.close();
    await provider.close();
  });

  it('neither loses a delivery nor doubles one that the provider could have been asked about', async () => {
    await stage.addDevice('ann', 'phone');
    await stage.commit(events.map((execType) => ['ann', execType] as const));
    const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, stage.url, provider.url, point]);
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

    // What the dead process has in hand is taken over when its lease is over; the test does not wait for that time.
    const inHand = await stage.rows('sending_since IS NOT NULL');
    await stage.db.$executeRaw`UPDATE notification_deliveries SET due_at = now() WHERE state = 'PENDING'`;
    stage.open({ ports: portsAt(provider.url), route: routeUrgently });
    const { states, unknown, generated } = await stage.settled(events.length * CHANNELS);

    expect(states.SENT + states.HELD + states.SUPPRESSED + states.FAILED).toBe(generated);
    expect(states).toMatchObject({ HELD: 0, FAILED: 0 });
    // Nobody knows of those that were in hand whether they had arrived; and of no other one.
    expect(unknown).toBe(inHand.length);
    expect(sends(provider, 'FCM').size).toBe(events.length);
    expect(sends(provider, 'SMS').size).toBe(events.filter((execType) => execType === 'REJECTED').length);
    const doubles = (kind: 'FCM' | 'SMS'): number =>
      [...sends(provider, kind).values()].reduce((sum, count) => sum + count - 1, 0);
    if (!doubled) expect(doubles('FCM') + doubles('SMS')).toBe(0);
    // The SMS has no idempotency: the one that was accepted is unavoidably sent again, and no more than what is counted.
    else expect(doubles('SMS')).toBeGreaterThanOrEqual(1);
    expect(doubles('FCM') + doubles('SMS')).toBeLessThanOrEqual(unknown);
  });
});

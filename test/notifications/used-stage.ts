import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Notifications } from '../../src/notifications/notifications.ts';
import { openStage, type Stage } from './delivery-stage.ts';
import { openProvider, portsAt, type Provider } from './http-provider.ts';

const TABLES = `users, stream_heads, stream_events, consumer_checkpoints, devices, system_notices, report_schedules,
  notification_deliveries, notification_facts, notification_preferences, critical_notifications`;

/**
 * One stage for all tests of a file, which empties it before each, and a provider for each test.
 * @param usual options of notifications that are opened without any
 */
export function useStage(usual?: Parameters<Stage['open']>[1]) {
  let running: Notifications[] = [];
  const used = {
    stage: null as unknown as Stage,
    provider: null as unknown as Provider,
    /** What is opened is stopped after the test. */
    open: (...[parts, more = usual]: Parameters<Stage['open']>): Notifications => {
      const notifications = used.stage.open({ ports: portsAt(used.provider.url), ...parts }, more);
      running.push(notifications);
      return notifications;
    },
  };
  beforeAll(async () => {
    used.stage = await openStage();
  });
  afterAll(() => used.stage.close());
  beforeEach(async () => {
    used.provider = await openProvider();
    await used.stage.db.$executeRawUnsafe(`TRUNCATE ${TABLES}`);
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.stop()));
    running = [];
    // What marks rely on.
    expect(await used.stage.rows(`sending_since IS NOT NULL AND state <> 'PENDING'`)).toEqual([]);
    await used.provider.close();
  });
  return used;
}

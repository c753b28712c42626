import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDb } from '../../src/db/client.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { openNotifications } from '../../src/notifications/notifications.ts';
import { linkAccount, postReports } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { opening } from '../ingest/desk.ts';
import { routeUrgently, testParts } from './delivery-parts.ts';
import { guardedPorts, openStage, settled, silent } from './delivery-stage.ts';
import { openProvider, portsAt, sends } from './http-provider.ts';

const ORDERS = 20;

describe('with notifications that fail entirely', () => {
  it('orders go on with the statements that they had, and everything is told once afterwards', async () => {
    const broken = { isBroken: true };
    const statements: string[] = [];
    const service = await startService({
      onStatement: (sql) => statements.push(sql),
      notificationParts: testParts({
        route: (notification, situation) => {
          if (broken.isBroken) throw new Error('broken');
          return routeUrgently(notification, situation);
        },
        onScreen: () => Promise.reject(new Error('no Redis')),
      }),
    });
    try {
      await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
      statements.length = 0;
      for (let n = 0; n < ORDERS; n++) {
        const { body } = await postReports(service.url, opening(), { id: randomUUID() });
        expect(body).toMatchObject({ accepted: 1 });
      }
      // Its own connections have their own: what is counted is what orders and readers send.
      expect(statements.filter((sql) => /notification|consumer_checkpoints/.test(sql))).toEqual([]);
      expect(await service.app.deps.db.notificationDelivery.count()).toBe(0);
      broken.isBroken = false;
      const { states } = await settled(service.app.deps.db, ORDERS * 5);
      expect(states).toMatchObject({ SENT: ORDERS, SUPPRESSED: ORDERS * 4 });
    } finally {
      await service.stop();
    }
  });
});

describe('several processes whose members die in the middle', () => {
  it('keep the account: each row ends once, and no message is taken more often than is counted', async () => {
    const [stage, provider] = await Promise.all([openStage(), openProvider()]);
    // A linear congruential generator: the same run each time.
    let seed = 7;
    const draw = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const accepted = new Map<string, number>();
    provider.answer = ({ kind, id, to }) => {
      const chance = draw();
      if (chance < 0.15) return { status: 503 };
      if (chance < 0.2) return { status: 400 };
      accepted.set(`${kind} ${id} ${to}`, (accepted.get(`${kind} ${id} ${to}`) ?? 0) + 1);
      return chance < 0.3 ? null : { status: 200 };
    };
    const users = ['ann', 'bob', 'cy'];
    for (const user of users) await stage.addDevice(user, user);
    await stage.commit(
      users.flatMap((user) => ['TRADE', 'REJECTED', 'NEW', 'TRADE'].map((type) => [user, type] as const)),
    );
    const guard = { sendMsMax: 200, openMsMin: 20 };
    const db = openDb({ url: stage.url, connectionsMax: 6 });
    const deps = { db, clock: systemClock, ids: systemIds, log: silent, bus: { publish: () => undefined } };
    const other = openNotifications({
      ...deps,
      parts: testParts({ ports: guardedPorts(portsAt(provider.url), guard), route: routeUrgently }),
    });
    stage.open({ ports: portsAt(provider.url), route: routeUrgently }, { guard });
    try {
      const generated = 12 * 5;
      const isSettled = async (): Promise<boolean> => {
        // As if the processes that have them in hand had died.
        await stage.db.$executeRaw`
          UPDATE notification_deliveries SET due_at = now() WHERE state = 'PENDING' AND random() < 0.3`;
        const rows = await stage.rows();
        return rows.length === generated && rows.every(({ state }) => state !== 'PENDING');
      };
      await until(isSettled, { withinMs: 25_000 });
      const rows = await stage.rows(`channel IN ('PUSH', 'SMS')`);
      for (const row of rows) {
        const id = String(row['notification_id']);
        const taken = [...accepted].filter(
          ([name]) => name.split(' ')[1] === id && name.startsWith(row.channel === 'SMS' ? 'SMS' : 'FCM'),
        );
        const times = Math.max(0, ...taken.map(([, count]) => count));
        if (row.state === 'SENT') expect(times).toBeGreaterThanOrEqual(1);
        // Beyond the first: those that were in doubt. A push that hangs is no doubt of ours, for FCM shows it once.
        if (row.channel === 'SMS') expect(times).toBeLessThanOrEqual(1 + Number(row['unknown']));
      }
      expect(sends(provider).size).toBeGreaterThan(0);
    } finally {
      await other.stop();
      await db.$disconnect();
      await stage.close();
      await provider.close();
    }
  });
});

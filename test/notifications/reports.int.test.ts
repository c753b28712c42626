import { describe, expect, it } from 'vitest';
import type { DueReport, MadeReport } from '../../src/notifications/parts.ts';
import { until } from '../support/until.ts';
import { movedClock, type Stage } from './delivery-stage.ts';
import { useStage } from './used-stage.ts';

const WITHIN = { withinMs: 15_000 };
const used = useStage();
const MADE: MadeReport = { data: { fills: 3 }, offset: 7 };

const keys = async ({ db }: Stage): Promise<readonly string[]> =>
  (await db.notificationFact.findMany({ orderBy: [{ userId: 'asc' }, { key: 'asc' }] })).map(
    (row) => `${row.userId} ${row.key}`,
  );

describe('reports', () => {
  it('are due once at each time, also after a stop, and one that can’t be made holds up no other', async () => {
    const day = 86_400_000;
    const clock = movedClock();
    const nextAt = (report: string, _preferences: unknown, after: Date): Date | null =>
      report === 'DAILY_REPORT' ? new Date(Math.floor(after.getTime() / day) * day + day) : null;
    const figures = ({ userId: user }: DueReport): Promise<MadeReport> =>
      user === 'bad' ? Promise.reject(new Error('broken')) : Promise.resolve(MADE);
    const reports = { nextAt, figures: (_db: unknown, due: DueReport) => figures(due) };
    await used.stage.commit([]);
    for (const user of ['ann', 'bad'])
      await used.stage.db.reportSchedule.create({
        data: { userId: user, report: 'DAILY_REPORT', nextAt: new Date(Math.floor(Date.now() / day) * day + day) },
      });
    clock.forward(3 * day);
    used.open({ reports }, { clock });
    used.open({ reports }, { clock });
    await until(async () => (await used.stage.rows(`type = 'DAILY_REPORT'`)).length === 5, WITHIN);
    const dueAt = new Date(Math.floor(Date.now() / day) * day + day).toISOString();
    expect(await keys(used.stage)).toEqual([`ann report:DAILY_REPORT:${dueAt}`]);
    const [next] = await used.stage.db.reportSchedule.findMany({ where: { userId: 'ann' } });
    expect(next?.nextAt.getTime()).toBeGreaterThan(clock.now().getTime());
  });

  it('whose figures can’t be read is tried again for its own days, and meanwhile another process leaves it alone', async () => {
    const clock = movedClock();
    const dueAt = new Date(Date.now() - 60_000);
    const asked: string[] = [];
    const reports = {
      nextAt: (_report: string, _preferences: unknown, after: Date) => new Date(after.getTime() + 86_400_000),
      figures: (_db: unknown, due: DueReport): Promise<MadeReport> => {
        asked.push(due.dueAt.toISOString());
        return asked.length === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(MADE);
      },
    };
    await used.stage.commit([]);
    await used.stage.db.reportSchedule.create({ data: { userId: 'ann', report: 'DAILY_REPORT', nextAt: dueAt } });
    used.open({ reports }, { clock });
    used.open({ reports }, { clock });
    const schedule = () => used.stage.db.reportSchedule.findFirstOrThrow();
    await until(
      async () => asked.length === 1 && ((await schedule()).busyUntil?.getTime() ?? Infinity) < Date.now() + 61_000,
      WITHIN,
    );
    expect((await schedule()).nextAt).toEqual(dueAt);
    clock.forward(61_000);
    await until(async () => (await used.stage.rows(`type = 'DAILY_REPORT'`)).length === 5, WITHIN);
    expect(asked).toEqual([dueAt.toISOString(), dueAt.toISOString()]);
    expect(await keys(used.stage)).toEqual([`ann report:DAILY_REPORT:${dueAt.toISOString()}`]);
    expect(await schedule()).toMatchObject({ busyUntil: null });
  });

  it('begin where the last one ended, whatever was missed in between and whatever its user has changed', async () => {
    const day = 86_400_000;
    const clock = movedClock();
    const asked: DueReport[] = [];
    const reports = {
      nextAt: (_report: string, _preferences: unknown, after: Date) => new Date(after.getTime() + day),
      figures: (_db: unknown, due: DueReport): Promise<MadeReport> => {
        asked.push(due);
        return Promise.resolve({ data: {}, offset: 7 + asked.length });
      },
    };
    const [first, second] = [new Date(Date.now() - 5 * day), new Date(Date.now() + 9 * day)];
    await used.stage.commit([]);
    await used.stage.db.reportSchedule.create({ data: { userId: 'ann', report: 'DAILY_REPORT', nextAt: first } });
    used.open({ reports }, { clock });
    const schedule = () => used.stage.db.reportSchedule.findFirstOrThrow();
    await until(async () => (await schedule()).reportedTo !== null, WITHIN);
    expect(await schedule()).toMatchObject({ reportedTo: first, reportedOffset: 8n });
    // As a change of preferences does it.
    await used.stage.db.reportSchedule.updateMany({ data: { nextAt: second, keptFor: second, busyUntil: null } });
    clock.forward(12 * day);
    await until(async () => (await schedule()).reportedTo?.getTime() === second.getTime(), WITHIN);
    expect((await schedule()).reportedOffset).toBe(9n);
    // A process of the version before has made one, and says nothing of where it ended.
    const third = new Date(clock.now().getTime() + 9 * day);
    await used.stage.db.reportSchedule.updateMany({ data: { nextAt: third, busyUntil: null } });
    clock.forward(12 * day);
    await until(async () => (await schedule()).reportedTo?.getTime() === third.getTime(), WITHIN);
    expect(asked.map(({ dueAt, last }) => [dueAt, last])).toEqual([
      [first, null],
      [second, { to: first, offset: 8, since: null }],
      [third, null],
    ]);
  });
});

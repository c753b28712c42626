import { expect, it } from 'vitest';
import { simulate } from './run.ts';
import { HAPPENINGS, type Happening, type World } from './world.ts';

const SEEDS = Number(process.env['SIM_SEEDS'] ?? 1_000);
const FIRST = Number(process.env['SIM_FROM'] ?? 1);
/** One seed alone, whose whole story is told. */
const ONLY = process.env['SIM_SEED'];
const LINES_TOLD = 40;
const LONG_MS = 600_000;

/** What went wrong, the way to see it again, and what had happened before. */
async function report({ seed, violations }: World): Promise<string> {
  const { story } = await simulate(seed, { isTold: true });
  return [
    ...[`seed ${seed}: ${violations.join('; ')}`, `again: SIM_SEED=${seed} npx vitest run test/simulation`],
    ...story.slice(-LINES_TOLD),
  ].join('\n');
}

/** Each seed is one life of two processes, a database, Redis and some apps, all in virtual time: see run.ts. */
async function simulateAll(): Promise<ReadonlyMap<Happening, number>> {
  const met = new Map<Happening, number>();
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const world = await simulate(seed);
    if (world.violations.length > 0) throw new Error(await report(world));
    for (const [what, times] of world.happened) met.set(what, (met.get(what) ?? 0) + times);
  }
  return met;
}

if (ONLY === undefined) {
  let met: Promise<ReadonlyMap<Happening, number>> | undefined;

  it('every reader sees every event once and in order or is told, and all catch up', { timeout: LONG_MS }, async () => {
    await (met ??= simulateAll());
  });

  it('the seeds have met every kind of fault and every way of healing', { timeout: LONG_MS }, async () => {
    const all = await (met ??= simulateAll());
    expect(HAPPENINGS.filter((what) => !all.has(what))).toEqual([]);
  });

  it('a seed is one life, however often it is lived', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [first, second] = [await simulate(seed, { isTold: true }), await simulate(seed, { isTold: true })];
      expect(first.story.length).toBeGreaterThan(10);
      expect(second.story).toEqual(first.story);
    }
  });
} else {
  it(`seed ${ONLY}`, async () => {
    const { story, violations } = await simulate(Number(ONLY), { isTold: true });
    console.log(story.join('\n'));
    expect(violations).toEqual([]);
  });
}

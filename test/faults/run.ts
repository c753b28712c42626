import { availableParallelism, loadavg } from 'node:os';
import { type App, type Apps, openApps } from './clients.ts';
import { userOf } from './database.ts';
import { diceOf } from './dice.ts';
import { judge, type Verdict } from './judge.ts';
import { compareView } from './kit/view.ts';
import { pause, within } from './time.ts';
import { openSender, type Sender } from './sender.ts';
import { openMemoryFolder } from './memory-folder.ts';
import { type Infrastructure, openInfrastructure } from './infrastructure.ts';
import { openStage, type Stage } from './stage.ts';
import { queryOrders, readHeads, readLog, readOthers, type QueriedOrder } from './truth.ts';
import { createWorkload, type Workload } from './workload.ts';
import type { Load, Row, Scene, Step, Window } from './rows/row.ts';

export interface RunOptions {
  readonly row: Row;
  readonly seed: number;
  readonly long: boolean;
  /** Times are judged. */
  readonly alone: boolean;
  readonly load: Partial<Load>;
}

export interface Finished extends Verdict {
  readonly row: Row;
  readonly seed: number;
  readonly tookMs: number;
  /** Where the server has written. */
  readonly log: string;
}

const LOAD: Load = {
  users: 40,
  appsPerUser: 3,
  rate: 250,
  seconds: 10,
  textCharacters: 0,
  socketsOnly: false,
  kitApps: 9,
};
/** The load goes on after the last fault, so that what comes live is judged too. */
const AFTER_FAULTS_MS = 700;
/** For the sender to get the last delivery taken. */
const SENDER_LIMIT_MS = 40_000;
/** Beyond the bound, so that what comes too late is told from what never comes. */
const GRACE_MS = 10_000;
/** Of one fault, also of the longest there are. */
const STEP_LIMIT_MS = 120_000;
const LOOK_MS = 20;
const FINDINGS_MAX = 10;
const CATCH_UP_MS = 5_000;
/** With other tests on the same cores, everybody waits for those as well. */
const BESIDE_OTHERS = 4;
const WAL_MIB = 96;
/** Processes that want to run, for each core: beyond it times tell of the machine. */
const LOAD_PER_CORE_MAX = 2;

let runs = 0;

/** One row with one seed, from a clean database to the verdict. */
export async function run(shared: Infrastructure, options: RunOptions): Promise<Finished> {
  if (!options.row.stage?.smallLog) return await runIn(shared, options);
  const own = await openInfrastructure(shared.logs, openMemoryFolder(WAL_MIB));
  return await runIn(own, options).finally(() => own.stop());
}

async function runIn(infrastructure: Infrastructure, options: RunOptions): Promise<Finished> {
  const { row, seed } = options;
  const startedAt = performance.now();
  const dice = diceOf(seed, row.id);
  const name = `${row.id.toLowerCase()}_${seed}_${++runs}`;
  const stage = await openStage(infrastructure, { ...row.stage, name, dice });
  try {
    const verdict = await runOn(stage, options);
    return { row, seed, ...verdict, tookMs: Math.round(performance.now() - startedAt), log: stage.log };
  } finally {
    await stage.close();
  }
}

async function runOn(stage: Stage, { row, seed, long, alone, load: given }: RunOptions): Promise<Verdict> {
  const load: Load = { ...LOAD, ...row.load, ...given };
  const dice = diceOf(seed, row.id);
  const users = Array.from({ length: load.users }, (_, index) => userOf(index));
  const workload = createWorkload({ users, dice, textCharacters: load.textCharacters });
  const apps = await openApps(appsOptions(stage, row, { users, load }));
  const sender = openSender({ url: stage.venueUrl, workload, rate: load.rate, dice });
  try {
    const findings: string[] = [];
    const notes: string[] = [];
    const scene = {
      ...{ stage, apps, sender, dice },
      find: (finding: string) => void findings.push(finding),
      note: (text: string) => void notes.push(text),
    };
    const steps = row.plan({ dice: dice.of('schedule'), seed, long });
    const windows = await inject(steps, scene, load.seconds * 1_000);
    const isTaken = await sender.finish(load.rate * load.seconds, SENDER_LIMIT_MS);
    if (!isTaken) findings.push(`not every delivery was taken within ${SENDER_LIMIT_MS} ms of the last fault`);
    return await conclude({ row, load, alone, steps, scene, workload, windows, users, findings, notes });
  } finally {
    sender.stop();
    await apps.close();
  }
}

function appsOptions(
  stage: Stage,
  row: Row,
  { users, load }: { readonly users: readonly string[]; readonly load: Load },
): Parameters<typeof openApps>[0] {
  const special: NonNullable<Row['apps']>['special'] = (user, index) => {
    const differing = row.apps?.special?.(user, index) ?? null;
    return differing && row.specialOnOwnLine ? { url: stage.specialClientUrl, ...differing } : differing;
  };
  return {
    ...{ url: stage.clientUrl, users, perUser: load.appsPerUser },
    ...{ socketsOnly: load.socketsOnly, kitApps: load.kitApps },
    ...row.apps,
    special,
  };
}

/** Each fault at its time, one after the other; one that is due while another lasts comes right after it. */
async function inject(steps: readonly Step[], scene: Scene, loadMs: number): Promise<readonly Window[]> {
  const startedAt = performance.now();
  const windows: Window[] = [];
  for (const { atMs, what, run: act } of steps) {
    await pause(atMs - (performance.now() - startedAt));
    const from = Date.now();
    let isDone = false;
    try {
      const isOver = await within(
        STEP_LIMIT_MS,
        Promise.resolve(act(scene)).then(() => true),
      );
      if (!isOver) throw new Error(`it was not over after ${STEP_LIMIT_MS} ms`);
      isDone = true;
    } catch (error) {
      scene.find(`the fault went wrong: ${what}: ${String(error)}`);
    } finally {
      for (const instance of scene.stage.instances) instance.thaw();
      windows.push({ what, from, to: Date.now(), isDone });
    }
  }
  await pause(Math.max(AFTER_FAULTS_MS, loadMs - (performance.now() - startedAt)));
  return windows;
}

export interface Concluding {
  readonly row: Row;
  readonly load: Load;
  readonly alone: boolean;
  readonly steps: readonly Step[];
  readonly scene: { readonly stage: Stage; readonly apps: Apps; readonly sender: Sender };
  readonly workload: Workload;
  readonly windows: readonly Window[];
  readonly users: readonly string[];
  readonly findings: string[];
  readonly notes: string[];
}

async function conclude(concluding: Concluding): Promise<Verdict> {
  const { row, scene, users, findings, notes } = concluding;
  const { stage, apps } = scene;
  const catchUpWithinMs = (row.catchUpMs ?? CATCH_UP_MS) * (concluding.alone ? 1 : BESIDE_OTHERS);
  await Promise.all(stage.instances.map((instance) => instance.ready()));
  const heads = await readHeads(stage.postgres, stage.database);
  const behind = await untilCaughtUp(apps, heads, catchUpWithinMs + GRACE_MS);
  for (const app of behind.slice(0, 3))
    findings.push(`${app.name} stands at ${app.offset()} of ${String(heads.get(app.user))}`);
  const queried = await queryOrders(stage.directUrl, users);
  findings.push(...(await untilShown(apps, queried, catchUpWithinMs + GRACE_MS)));
  for (const app of apps.all) findings.push(...app.faults);
  const [average = 0] = loadavg();
  if (average > LOAD_PER_CORE_MAX * availableParallelism())
    notes.push(`busy machine, load average ${average.toFixed(1)}`);
  const log = await readLog(stage.postgres, stage.database);
  const others = await readOthers(stage.postgres, stage.database);
  const reconnects = apps.reconnects();
  const histories = await apps.close();
  const byName = new Map(apps.all.map((app) => [app.name, app]));
  const clients = histories.map((history) => {
    const { isSpecial = false, kind = 'recorder' } = byName.get(history.name) ?? {};
    return { ...history, isSpecial, kind };
  });
  return judge({ ...concluding, catchUpWithinMs, queried, log, others, clients, reconnects });
}

/** Ends with the last event that the last app lacks, and not by waiting. */
async function untilCaughtUp(
  apps: Apps,
  heads: ReadonlyMap<string, number>,
  withinMs: number,
): Promise<readonly App[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const behind = apps.behind(heads);
    if (behind.length === 0 || performance.now() > deadline) return behind;
    await pause(LOOK_MS);
  }
}

/** Ends when every list that an app shows is what the service answers, or with where it is not. */
async function untilShown(apps: Apps, queried: readonly QueriedOrder[], withinMs: number): Promise<readonly string[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const findings = apps.all.flatMap(({ name, user, views }) => {
      const own = queried.filter((order) => order.user === user);
      return views.flatMap((view) => compareView(view, own)).map((finding) => `${name}: ${finding}`);
    });
    if (findings.length === 0 || performance.now() > deadline) return findings.slice(0, FINDINGS_MAX);
    await pause(LOOK_MS);
  }
}

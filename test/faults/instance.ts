import path from 'node:path';
import { freePort, type Owned, residentMiB, startOwned } from './processes.ts';
import { pause, within } from './time.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(ROOT, 'dist', 'main.js');
const PRELOAD = path.join(import.meta.dirname, 'preload.mjs');
const READY = /ready at http:\/\/[^\s/]+/;
const RESTARTS_MAX = 60;
const RESTART_DELAY_MS = 200;
const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 20_000;
const PROBE_LIMIT_MS = 1_500;

/** Orders for preload.mjs. */
export interface Order {
  readonly arm?: 'before-commit' | 'after-commit' | 'before-answer' | 'stop-before-commit';
  readonly busyMs?: number;
  readonly clockMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly tookMs: number;
}

/** One server process under a supervisor, on a port that stays its own. */
export interface Instance {
  readonly name: string;
  readonly port: number;
  /** What it did that no server may do. */
  readonly faults: readonly string[];
  start(): void;
  /** Resolves once the process of now is ready. */
  ready(): Promise<void>;
  /** Ends it by this signal; the supervisor starts it again after `awayMs`. */
  kill(signal: NodeJS.Signals, options?: { readonly awayMs?: number }): Promise<Exit>;
  /** Whatever kills it next was meant to. Resolves with its exit. */
  readonly expectDeath: () => Promise<Exit>;
  /** Now; or where a transaction comes to this point next. */
  freeze(at?: NonNullable<Order['arm']>): void;
  readonly thaw: () => void;
  readonly tell: (order: Order) => void;
  probe(): Promise<Probe>;
  residentMiB(): number;
  stop(): Promise<void>;
}

/** What /readyz says; status 0 when it says nothing in time. */
export interface Probe {
  readonly status: number;
  readonly degraded: boolean | null;
}

interface InstanceOptions {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
  readonly preload: boolean;
}

export async function openInstance({ name, env, log, preload }: InstanceOptions): Promise<Instance> {
  const port = await freePort();
  const faults: string[] = [];
  let current: Owned | null = null;
  let wasReady = false;
  let frozen = false;
  let stopping = false;
  let expected: ((exit: Exit) => void) | null = null;
  let awayMs = 0;
  let starts = 0;
  let becomesReady = openLatch();

  const run = async (): Promise<void> => {
    while (!stopping && starts++ < RESTARTS_MAX) {
      const process = await launch({ ...env, PORT: String(port) }, { log, preload });
      current = process;
      const isUp = process.printed(READY).then(
        () => {
          wasReady = true;
          becomesReady.open();
        },
        () => undefined,
      );
      const { code, signal } = await process.ended;
      await isUp;
      note(process, { code, signal });
      wasReady = false;
      becomesReady = openLatch();
      await pause(awayMs || RESTART_DELAY_MS);
      awayMs = 0;
    }
  };
  const note = (process: Owned, { code, signal }: Omit<Exit, 'tookMs'>): void => {
    if (/unhandled|uncaught/i.test(process.output())) faults.push(`${name} printed an unhandled rejection`);
    // One that can't start, since its database is away, is started again; one that was up must stay up.
    if (!expected && !stopping && wasReady) faults.push(`${name} died by itself: ${String(code ?? signal)}`);
    expected?.({ code, signal, tookMs: 0 });
    expected = null;
  };
  const expectDeath = async (): Promise<Exit> => {
    const from = performance.now();
    const exit = await new Promise<Exit>((resolve) => (expected = resolve));
    return { ...exit, tookMs: Math.round(performance.now() - from) };
  };
  const signalIt = (signal: NodeJS.Signals): void => void current?.child.kill(signal);
  const tell = (order: Order): void => void current?.child.send(order, () => undefined);
  const thaw = (): void => {
    if (frozen) signalIt('SIGCONT');
    frozen = false;
  };
  return {
    ...{ name, port, faults, expectDeath, thaw },
    start: () => void run(),
    async ready() {
      if (
        (await within(
          READY_LIMIT_MS,
          becomesReady.opened.then(() => true),
        )) === null
      )
        throw new Error(`${name} was not ready after ${READY_LIMIT_MS} ms`);
    },
    async kill(signal, options = {}) {
      awayMs = options.awayMs ?? 0;
      const dead = expectDeath();
      signalIt(signal);
      const exit = await within(STOP_LIMIT_MS, dead);
      if (exit) return exit;
      faults.push(`${name} did not end within ${STOP_LIMIT_MS} ms of ${signal}`);
      signalIt('SIGKILL');
      return await dead;
    },
    freeze(at) {
      frozen = true;
      if (at) tell({ arm: at });
      else signalIt('SIGSTOP');
    },
    tell,
    probe: () => probe(port),
    residentMiB: () => residentMiB(current?.pid ?? 0),
    async stop() {
      stopping = true;
      thaw();
      signalIt('SIGKILL');
      await current?.ended;
    },
  };
}

function openLatch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

function launch(
  env: Record<string, string>,
  { log, preload }: Pick<InstanceOptions, 'log' | 'preload'>,
): Promise<Owned> {
  const args = preload ? ['--import', PRELOAD, MAIN] : [MAIN];
  return startOwned(process.execPath, args, {
    ...{ log, env },
    stdio: ['ignore', 'pipe', 'pipe', ...(preload ? (['ipc'] as const) : [])],
  });
}

async function probe(port: number): Promise<Probe> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    const body = (await response.json()) as { degraded?: boolean };
    return { status: response.status, degraded: body.degraded ?? null };
  } catch {
    return { status: 0, degraded: null };
  }
}

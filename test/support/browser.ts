import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type WebSocket,
} from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The system's Chromium, or the program that CHROMIUM names, without a window. `close()` it at the end. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: [...SANDBOX] });
}

/** The same with a profile of its own and these switches: only such a browser subscribes to pushes. */
export function openProfile(switches: readonly string[], options: BrowserContextOptions): Promise<BrowserContext> {
  return chromium.launchPersistentContext('', {
    ...options,
    executablePath: findChromium(),
    args: [...SANDBOX, ...switches],
  });
}

const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

function findChromium(): string {
  const given = process.env['CHROMIUM'];
  if (given) return given;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  const candidates = [...PROGRAMS.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...APPS];
  const found = candidates.find(isExecutable);
  if (found === undefined) throw new Error('No Chromium or Chrome is on the PATH, and CHROMIUM names none.');
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Below the tests' own limit, so that the frame that does not come is named. */
const FRAME_LIMIT_MS = 20_000;

/** A message of graphql-transport-ws. */
export interface Frame {
  readonly type: string;
  readonly payload?: unknown;
}

export interface WatchedPage {
  readonly page: Page;
  /** What no page may do: ask another host, write an error to the console, throw. */
  readonly faults: readonly string[];
  /** The first frame since the page was opened that matches, once it has come. Rejects when it does not. */
  readonly sent: (matches: (frame: Frame) => boolean) => Promise<Frame>;
  readonly received: (matches: (frame: Frame) => boolean) => Promise<Frame>;
}

/** A page that asks nothing of any host but `origin`, and whose socket frames are kept. */
export async function openWatchedPage(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const page = await context.newPage();
  const faults: string[] = [];
  const isForeign = (url: string): boolean =>
    !/^(data|blob|about):/.test(url) && new URL(url).host !== new URL(origin).host;
  page.on('request', (request) => {
    if (isForeign(request.url())) faults.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  const sent = recording();
  const received = recording();
  page.on('websocket', (socket: WebSocket) => {
    if (isForeign(socket.url())) faults.push(`socket to ${socket.url()}`);
    socket.on('framesent', ({ payload }) => sent.add(payload));
    socket.on('framereceived', ({ payload }) => received.add(payload));
  });
  return { page, faults, sent: sent.first, received: received.first };
}

function recording() {
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  const add = (payload: string | Buffer): void => {
    frames.push(JSON.parse(payload.toString()) as Frame);
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const first = async (matches: (frame: Frame) => boolean): Promise<Frame> => {
    const limit = AbortSignal.timeout(FRAME_LIMIT_MS);
    for (;;) {
      const found = frames.find(matches);
      if (found) return found;
      await new Promise<void>((resolve, reject) => {
        waiting.add(resolve);
        limit.addEventListener('abort', () => reject(new Error(`not among these frames: ${JSON.stringify(frames)}`)));
      });
    }
  };
  return { add, first };
}

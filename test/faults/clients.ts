import type { ClientHistory, Seen, Transport } from '../../src/verify/history.ts';
import { openRecorder, type Recorder, type RecorderOptions } from '../../src/verify/recorder.ts';
import { CANARIES } from './database.ts';
import { openKitApp } from './kit/app.ts';
import { KIT_KINDS, type KitKind } from './kit/cache.ts';
import type { View } from './kit/view.ts';
import { tokenOf } from './keys.ts';

const OTHERS: readonly Transport[] = ['graphql-sse', 'sse', 'poll'];

export interface AppsOptions {
  readonly url: string;
  readonly users: readonly string[];
  readonly perUser: number;
  /** Beside them, on `fillstream/client`: one of each kind by turns, for the first so many users. */
  readonly kitApps: number;
  /** Every app by WebSocket, rather than one of each user and the others by turns. */
  readonly socketsOnly?: boolean;
  readonly recorder?: (user: string) => Partial<RecorderOptions>;
  /** For apps that are not like the others, by the number of the app among its user's; null leaves it as it is. */
  readonly special?: (user: string, index: number) => Partial<RecorderOptions> | null;
}

/** What an app is: a recorder, which repairs nothing, or one of the ways to use `fillstream/client`. */
export const KINDS = ['recorder', ...KIT_KINDS] as const;
export type Kind = (typeof KINDS)[number];

/** An app that follows its user’s stream, and writes down all that it is shown. */
export interface App extends Recorder {
  readonly kind: Kind;
  /** Lists that it shows beside, and what it found wrong itself; a recorder has neither. */
  readonly views: readonly View[];
  readonly faults: readonly string[];
  readonly user: string;
  readonly isSpecial: boolean;
  readonly isCanary: boolean;
}

export interface Apps {
  readonly all: readonly App[];
  /** Events shown, repeats included. */
  deliveries(): number;
  /** Connections after the first one of each app. */
  reconnects(): number;
  /** The apps that have not come to these places yet. */
  behind(heads: ReadonlyMap<string, number>): readonly App[];
  close(): Promise<readonly ClientHistory[]>;
}

export async function openApps(options: AppsOptions): Promise<Apps> {
  const wanted = options.users.flatMap((user, n) =>
    Array.from({ length: options.perUser }, (_, index) => describe(options, user, { n, index })),
  );
  const canaries = CANARIES.map((user) => ({ ...describe(options, user, { n: 0, index: 0 }), isCanary: true }));
  const kit = Array.from({ length: options.kitApps }, (_, n) => openKit(options, n));
  const all = await Promise.all([...[...wanted, ...canaries].map(openApp), ...kit]);
  const sum = (count: (app: App) => number): number => all.reduce((total, app) => total + count(app), 0);
  return {
    all,
    deliveries: () => sum((app) => app.deliveries()),
    reconnects: () => sum((app) => Math.max(app.sessions() - 1, 0)),
    behind: (heads) => all.filter((app) => app.offset() < (heads.get(app.user) ?? 0)),
    close: () => Promise.all(all.map((app) => app.close())),
  };
}

interface Description extends RecorderOptions {
  readonly isSpecial: boolean;
  readonly isCanary: boolean;
}

function describe(
  { url, socketsOnly = false, recorder, special }: AppsOptions,
  user: string,
  { n, index }: { readonly n: number; readonly index: number },
): Description {
  const other = OTHERS[(n + index) % OTHERS.length] as Transport;
  const transport = index === 0 || socketsOnly ? 'ws' : other;
  const differing = special?.(user, index) ?? null;
  return {
    ...{ url, user, transport, token: () => tokenOf(user), name: `${user}/${index + 1} ${transport}` },
    ...recorder?.(user),
    ...differing,
    isSpecial: differing !== null,
    isCanary: false,
  };
}

async function openApp({ isSpecial, isCanary, ...options }: Description): Promise<App> {
  const recorder = await openRecorder(options);
  return { ...recorder, kind: 'recorder', views: [], faults: [], user: options.user, isSpecial, isCanary };
}

/** To what a row does to its apps this is a second one of the user, which is never stopped from reading. */
const KIT_INDEX = 1;

async function openKit(options: AppsOptions, n: number): Promise<App> {
  const kind = KIT_KINDS[n % KIT_KINDS.length] as KitKind;
  const user = options.users[n % options.users.length] ?? '';
  const { url, token, isSpecial } = describe(options, user, { n, index: KIT_INDEX });
  const [at = ''] = [typeof url === 'function' ? url() : url].flat();
  const name = `${user}/${kind} ${Math.floor(n / options.users.length) + 1}`;
  return { ...(await openKitApp({ kind, name, user, token, url: at })), user, isSpecial, isCanary: false };
}

/** All that an app was shown, in the order of its coming. */
export const seenBy = ({ sessions }: ClientHistory): readonly Seen[] => sessions.flatMap(({ seen }) => seen);

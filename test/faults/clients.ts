import type { ClientHistory, Seen, Transport } from '../../src/verify/history.ts';
import { openRecorder, type Recorder, type RecorderOptions } from '../../src/verify/recorder.ts';
import { CANARIES } from './database.ts';
import { tokenOf } from './keys.ts';

const OTHERS: readonly Transport[] = ['graphql-sse', 'sse', 'poll'];

export interface AppsOptions {
  readonly url: string;
  readonly users: readonly string[];
  readonly perUser: number;
  /** Every app by WebSocket, rather than one of each user and the others by turns. */
  readonly socketsOnly?: boolean;
  readonly recorder?: (user: string) => Partial<RecorderOptions>;
  /** For apps that are not like the others, by the number of the app among its user's; null leaves it as it is. */
  readonly special?: (user: string, index: number) => Partial<RecorderOptions> | null;
}

/** An app that follows its user's stream, and writes down all that it is shown. */
export interface App extends Recorder {
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
  const all = await Promise.all([...wanted, ...canaries].map(openApp));
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
  return { ...(await openRecorder(options)), user: options.user, isSpecial, isCanary };
}

/** All that an app was shown, in the order of its coming. */
export const seenBy = ({ sessions }: ClientHistory): readonly Seen[] => sessions.flatMap(({ seen }) => seen);

import { type Ask, askOver } from './ask.ts';
import type { Backoff } from './backoff.ts';
import { type ConnectionOptions, openConnection } from './connection.ts';
import { hurryAll, watchDevice } from './device.ts';
import type { Ladder, Transport } from './machine.ts';
import { type Member, openMember, type Sink, SubscriptionError } from './member.ts';
import { preload } from './opener.ts';
import { prepare, type Request } from './operation.ts';
import { type ClientFault, type ClientOptions, PATIENCE } from './settings.ts';
import { type ConnectionStatus, openStatus, type Store } from './status.ts';
import { later } from './time.ts';
import { openTokens } from './tokens.ts';

const BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000 };
const PROBE: Backoff = { firstMs: 10_000, maxMs: 300_000 };
const FAILURES_MAX = 3;
const TRANSPORTS: readonly Transport[] = ['websocket', 'sse', 'polling'];

/** Follows a user's stream, over whatever works, until it is closed. Sign out: close it, and make another one. */
export interface Fillstream {
  /**
   * Runs a subscription until it is stopped or fails for good. Each update comes once and in order, also over broken
   * connections; where that can't be kept, `reload` is called, or else `error`. Answers how to stop it. A client that has
   * given up for want of a good token asks for another one.
   */
  subscribe<Data = Record<string, unknown>>(request: Request, sink: Sink<Data>): () => void;
  /** A query or a mutation over HTTP. @throws SubscriptionError, or what `fetch` throws */
  readonly ask: Ask;
  readonly status: Store<ConnectionStatus>;
  /** Tells the app's `onFault`. */
  readonly report: (fault: ClientFault) => void;
  /**
   * Tries again now, also after it has given up for want of a good token. The lists and hooks of the kit go on by themselves
   * then; a subscription that has ended with an error is begun anew by whoever wants it.
   */
  reconnect(): void;
  /** Ends every subscription with `CLOSED`. */
  close(): void;
}

export function createFillstream(options: ClientOptions): Fillstream {
  const line = lineOf(options);
  const ladder = ladderOf(options, line.webSocket !== null);
  const members = new Set<Member>();
  const report = (fault: ClientFault): void => options.onFault?.(fault);
  const tokens = openTokens(options.getToken);
  const status = openStatus(ladder);
  preload(ladder.transports);
  let stopLingering = (): void => undefined;
  const backoff = { ...BACKOFF, ...options.backoff };

  const connection = openConnection({
    ...{ ladder, line, members, app: options.app ?? {}, tokens },
    backoff,
    probe: { ...PROBE, ...options.probe },
    onMachine: status.moved,
    onAlive: status.alive,
    onTokenFault: (error) => report({ code: 'TOKEN', message: String(error) }),
    onFail({ code, message }) {
      for (const member of [...members]) member.fail(new SubscriptionError(code, message));
    },
  });
  const linger = (): void => {
    stopLingering();
    if (members.size === 0) stopLingering = later(line.patience.lingerMs, () => connection.tell({ type: 'unwanted' }));
  };
  const stopWatching = watchDevice(() => {
    connection.tell({ type: 'nudged' });
    linger();
  }, status.device);
  const leave = (member: Member): void => {
    if (!members.delete(member)) return;
    connection.remove(member);
    linger();
  };
  return {
    subscribe(request, sink) {
      const member: Member = openMember({
        ...{ operation: prepare(request), sink: sink as Sink, reload: sink.reload ?? options.onReload },
        ...{ onFault: report, onReloading: status.reloading, backoff },
        onEnd: () => leave(member),
      });
      stopLingering();
      members.add(member);
      const { fault } = status.getSnapshot();
      if (fault?.code === 'CLOSED') queueMicrotask(() => member.fail(new SubscriptionError(fault.code, fault.message)));
      else connection.add(member);
      return () => member.stop();
    },
    ask: askOver(line, tokens),
    status,
    report,
    reconnect: hurryAll,
    close() {
      stopWatching();
      stopLingering();
      connection.tell({ type: 'stop', fault: { code: 'CLOSED', message: 'closed' } });
    },
  };
}

function ladderOf(
  { transports: wanted = TRANSPORTS, failuresMax = FAILURES_MAX }: ClientOptions,
  hasSocket: boolean,
): Ladder {
  const transports = wanted.filter((transport) => transport !== 'websocket' || hasSocket);
  if (!transports[0]) throw new Error('no transport: give webSocketImpl');
  return { transports: transports as [Transport], failuresMax };
}

function lineOf({ url, webSocketImpl, patience, presence, ...options }: ClientOptions): ConnectionOptions['line'] {
  const { WebSocket: own = null, location } = globalThis as Partial<Pick<typeof globalThis, 'WebSocket' | 'location'>>;
  return {
    url: (url ?? location?.origin ?? '').replace(/\/+$/, ''),
    ...{ webSocket: (webSocketImpl ?? own) as typeof WebSocket | null, presence },
    // As a function of nobody: some browsers insist on it.
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    patience: { ...PATIENCE, ...patience },
  };
}

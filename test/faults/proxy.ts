import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Dice } from './dice.ts';
import { pause } from './time.ts';

/**
 * `pass`; delay each piece, in order; `blackhole`: bytes vanish and connections stay open; `down`: connections are
 * refused.
 */
export type Mode = 'pass' | 'blackhole' | 'down' | { readonly delayMs: number; readonly jitterMs: number };

/** What of a connection is looked at before it is passed on. */
export interface Tap {
  toTarget?(chunk: Buffer, line: object): void;
  /** `cut` resets both sides and the bytes are lost. */
  fromTarget?(chunk: Buffer, line: object): 'pass' | 'cut';
}

/** A line between two programs that can be cut, delayed, silenced and refused. */
export interface Proxy {
  readonly port: number;
  set(mode: Mode): Promise<void>;
  /** Resets connections, all or so many of a hundred; returns how many. */
  cut(options?: { readonly share?: number; readonly dice?: Dice }): number;
  connections(): number;
  tap(tap: Tap | null): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
  /** What was lost on it can't be made good: it never carries anything again. */
  deaf: boolean;
}

interface State {
  mode: Mode;
  tap: Tap | null;
  readonly pairs: Set<Pair>;
  readonly dice: Dice;
  readonly ports: readonly number[];
  next: number;
}

/** New connections go to the targets in turn, past those that refuse. */
export async function openProxy(ports: readonly number[], dice: Dice): Promise<Proxy> {
  const state: State = { mode: 'pass', tap: null, pairs: new Set(), dice, ports, next: 0 };
  let server = listener(state);
  const port = await listen(server, 0);
  const refuse = async (): Promise<void> => {
    for (const { client, target } of state.pairs) for (const socket of [client, target]) socket.resetAndDestroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  return {
    port,
    async set(mode) {
      const before = state.mode;
      state.mode = mode;
      if (mode === 'down') await refuse();
      else if (before === 'down') await listen((server = listener(state)), port);
      if (mode === 'blackhole') for (const pair of state.pairs) pair.deaf = true;
    },
    cut({ share = 100, dice: draws = dice } = {}) {
      const chosen = [...state.pairs].filter(() => share >= 100 || draws.percent(share));
      for (const { client, target } of chosen) for (const socket of [client, target]) socket.resetAndDestroy();
      return chosen.length;
    },
    connections: () => state.pairs.size,
    tap: (tap) => void (state.tap = tap),
    close: refuse,
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen({ port, host: '127.0.0.1', backlog: 4_096 });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function listener(state: State): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => undefined);
    // Nothing is read of it before there is somebody to pass it on to.
    client.pause();
    open(state, client, state.ports.length);
  });
}

function open(state: State, client: Socket, triesLeft: number): void {
  const port = state.ports[state.next++ % state.ports.length] ?? 0;
  const target = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const refused = (): void => {
    if (triesLeft > 1 && state.mode !== 'down') open(state, client, triesLeft - 1);
    else client.resetAndDestroy();
  };
  target.once('error', refused);
  target.once('connect', () => {
    target.off('error', refused).on('error', () => undefined);
    if (client.destroyed || state.mode === 'down') for (const socket of [client, target]) socket.resetAndDestroy();
    else join(state, { client, target, deaf: state.mode === 'blackhole' });
  });
}

function join(state: State, pair: Pair): void {
  const { client, target } = pair;
  state.pairs.add(pair);
  const leave = (other: Socket) => (): void => {
    state.pairs.delete(pair);
    // Whoever has lost the other side in a black hole is not told.
    if (!pair.deaf) other.destroy();
  };
  client.once('close', leave(target));
  target.once('close', leave(client));
  carry(state, pair, { from: client, to: target, isFromTarget: false });
  carry(state, pair, { from: target, to: client, isFromTarget: true });
}

interface Direction {
  readonly from: Socket;
  readonly to: Socket;
  readonly isFromTarget: boolean;
}

function carry(state: State, pair: Pair, { from, to, isFromTarget }: Direction): void {
  const waiting: (() => void)[] = [];
  let freeAt = 0;
  /** In order: nothing overtakes what came before it. */
  const pass = (send: () => void): void => {
    const delayed = typeof state.mode === 'object' ? state.mode : null;
    if (!delayed && waiting.length === 0) {
      send();
      return;
    }
    const now = performance.now();
    const delayMs = delayed ? delayed.delayMs + state.dice.int(-delayed.jitterMs, delayed.jitterMs) : 0;
    freeAt = Math.max(freeAt, now + delayMs);
    waiting.push(send);
    void pause(freeAt - now).then(() => waiting.shift()?.());
  };
  from.on('data', (chunk: Buffer) => {
    if (pair.deaf) return;
    if (!isFromTarget) state.tap?.toTarget?.(chunk, pair);
    else if (state.tap?.fromTarget?.(chunk, pair) === 'cut') {
      for (const socket of [from, to]) socket.resetAndDestroy();
      return;
    }
    pass(() => {
      if (pair.deaf || to.destroyed || to.write(chunk)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
  });
  from.on('end', () => {
    if (!pair.deaf) pass(() => to.end());
  });
  from.resume();
}

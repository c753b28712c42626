import { guarded, TokenExpiredError } from '../../src/auth/guarded.ts';
import type { UserId } from '../../src/kernel/brand.ts';
import { delay, systemClock } from '../../src/kernel/clock.ts';
import type { OrderUpdated } from '../../src/stream/event.ts';
import { follow, ResumeExpiredError, StreamStoppedError } from '../../src/stream/follow.ts';
import { cursorOf, startAfter } from '../../src/stream/resume.ts';
import type { Chance } from './chance.ts';
import { type Judge, openJudge } from './judge.ts';
import type { NodeDeps, Shared, SimNode } from './node.ts';
import { observed } from './observe.ts';
import { openSocket, type Socket } from './socket.ts';

const BACKOFF_MS_MAX = 500;
const FOR_EVER = new Date(8.64e15);

export interface SimReader {
  readonly name: string;
  readonly user: UserId;
  readonly missing: () => number;
}

interface Reader extends Shared {
  readonly name: string;
  readonly user: UserId;
  readonly nodes: readonly SimNode[];
  readonly chance: Chance;
  readonly judge: Judge;
  /** The symbol that it asks for, or all. */
  readonly wants: (symbol: string) => boolean;
  /** Where it was connected last. */
  at: SimNode | null;
}

/** An app that follows one user's stream for as long as the simulation lasts, and comes back whenever it is cut off. */
export function openReader(shared: Shared & Pick<Reader, 'nodes'>, name: string, user: UserId): SimReader {
  const chance = shared.world.chance('reader', name);
  const symbol = chance.pick([null, null, 'AAPL']);
  const wants = (each: string): boolean => symbol === null || each === symbol;
  const judge = openJudge(shared.world, shared.log, { name, user, wants });
  const reader: Reader = { ...shared, name, user, chance, judge, wants, at: null };
  void live(reader);
  return { name, user, missing: () => judge.missing() };
}

async function live(reader: Reader): Promise<void> {
  const { chance, nodes, world } = reader;
  for (;;) {
    await delay(chance.int(0, BACKOFF_MS_MAX));
    const node = chance.pick(nodes);
    if (!node.life) continue;
    if (!reader.judge.last && chance.one(0.7)) await load(reader, node.life.deps);
    const { last } = reader.judge;
    if (last) world.count(reader.at === node || !reader.at ? 'resumed' : 'resumed on the other process');
    world.say(() => `${reader.name} connects to ${node.name} after ${last?.offset ?? 'nothing'}`);
    reader.at = node;
    reader.judge.connects();
    const how = await connect(reader, node);
    world.say(
      () =>
        `${reader.name} is cut off at ${reader.judge.last?.offset ?? 'nothing'}: ${how instanceof Error ? how.message : String(how)}`,
    );
    end(reader, last, how);
  }
}

/** Loads a snapshot, which says where it is of. */
async function load({ user, judge, world, name }: Reader, deps: NodeDeps): Promise<void> {
  try {
    const position = await startAfter(deps, user, null);
    world.say(() => `${name} loads a snapshot of ${position.offset}`);
    judge.startsAfter(position);
  } catch {
    // As an app does: it tries again.
  }
}

/** Resolves with how it ended. */
function connect(reader: Reader, node: SimNode): Promise<unknown> {
  const { world, chance, judge } = reader;
  return new Promise((resolve) => {
    const socket = openSocket(world, chance, {
      frame: (frame) => {
        world.say(() => `${reader.name} sees ${frame.position.offset}`);
        judge.receives(frame);
      },
      ended: resolve,
      gone: () => resolve('gone'),
    });
    void serve(reader, node, socket);
    const { cutsEachMs } = world.weather;
    if (cutsEachMs === 0) return;
    void delay(chance.int(0, 2 * cutsEachMs)).then(() => {
      if (!socket.isOpen || world.isCalm()) return;
      world.count('socket cut');
      socket.cut();
    });
  });
}

/** The process's side of a subscription: what orders/subscription.ts and the transport do. */
async function serve(reader: Reader, node: SimNode, socket: Socket): Promise<void> {
  const { user, judge, chance, world } = reader;
  const { life } = node;
  if (!life) {
    socket.cut();
    return;
  }
  life.sockets.add(socket);
  socket.onClose(() => life.sockets.delete(socket));
  const { tokenMs } = world.weather;
  const expiresAt = tokenMs === 0 ? FOR_EVER : new Date(systemClock.now().getTime() + chance.int(1, tokenMs));
  const { last } = judge;
  try {
    const from = await startAfter(life.deps, user, last && cursorOf(life.deps, user, last));
    if (!last && socket.isOpen) judge.startsAfter(from);
    const stream = guarded(life.deps, follow(observed(life.deps, world), { user, after: from }), {
      ...{
        expiresAt,
        wants: (event): event is OrderUpdated => event.type === 'orderUpdated' && reader.wants(event.data.order.symbol),
      },
    });
    socket.onClose(() => void stream.return?.());
    if (!socket.isOpen) void stream.return?.();
    for await (const { position, data } of stream) {
      await socket.send({ position, id: data.event.id, symbol: data.order.symbol });
    }
    socket.end(null);
  } catch (error) {
    socket.end(error);
  }
}

function end({ judge, world, name }: Reader, after: Reader['judge']['last'], how: unknown): void {
  if (how instanceof ResumeExpiredError) judge.isToldExpired(judge.last ?? after);
  else if (how instanceof TokenExpiredError) world.count('token expired');
  else if (how === null) world.violate(`${name}: its stream was complete, which it never is`);
  else if (how !== 'gone' && !(how instanceof StreamStoppedError) && !isOfDatabase(how)) {
    world.violate(`${name}: was told ${how instanceof Error ? how.message : 'something'}`);
  }
}

const isOfDatabase = (how: unknown): boolean =>
  how instanceof Error && /^the (database is away|statement timed out)$/.test(how.message);

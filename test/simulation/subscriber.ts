import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { delay } from '../../src/kernel/clock.ts';
import { connected, type Ends, isBeat, type Message, renew } from './line.ts';

/** A SUBSCRIBE on its way to Redis, and its answer on the way back. */
const COMMAND_MS_MAX = 120;
/** Until all channels of before are subscribed again, which there may be thousands of. */
const RESUBSCRIBE_MS_MAX = 600;

export interface Subscribed {
  /** Sends the message on its way, in the order of the connection. */
  deliver(message: Message): void;
  readonly channels: ReadonlySet<string>;
}

interface Command {
  readonly channel: string;
  readonly isSubscribe: boolean;
  readonly answered: ((error: null) => void) | undefined;
}

interface Subscriber extends Ends {
  readonly emitter: EventEmitter;
  status: 'connecting' | 'ready' | 'end';
  /** Which of the line's connections this one is, or -1. */
  generation: number;
  /** What Redis has on this connection. */
  readonly channels: Set<string>;
  /** What ioredis subscribes to again after a reconnect. */
  readonly wanted: Set<string>;
  readonly unanswered: Set<Command>;
  /** When the last of what was sent arrives: nothing on a connection overtakes. */
  arrivesAt: number;
  sent: number;
  received: number;
}

/** As ioredis does without a limit of retries: commands wait for the connection and are sent again after a cut. */
export function openSubscriber(ends: Ends): { subscriber: Redis; subscribed: Subscribed } {
  const own: Subscriber = {
    ...ends,
    ...{ emitter: new EventEmitter(), status: 'connecting', generation: -1, arrivesAt: 0, sent: 0, received: 0 },
    ...{ channels: new Set(), wanted: new Set(), unanswered: new Set() },
  };
  const { emitter, line } = own;
  emitter.setMaxListeners(0);
  line.changed.on('changed', () => {
    if (own.generation !== line.subscriber.generation) drop(own);
  });
  const command = (channel: string, isSubscribe: boolean, answered?: Command['answered']): void => {
    const asked = { channel, isSubscribe, answered };
    own.unanswered.add(asked);
    if (own.status === 'ready') void send(own, asked);
  };
  void connect(own);
  const subscriber = Object.assign(emitter, {
    subscribe: (channel: string, answered?: Command['answered']) => command(channel, true, answered),
    unsubscribe: (channel: string) => {
      own.wanted.delete(channel);
      command(channel, false);
    },
    punsubscribe: () => undefined,
    disconnect: (reconnect = false) => {
      renew(line.subscriber);
      if (reconnect) drop(own);
      else end(own);
    },
  });
  Object.defineProperty(subscriber, 'status', { get: () => own.status });
  return {
    subscriber: subscriber as unknown as Redis,
    subscribed: { channels: own.channels, deliver: (message) => deliver(own, message) },
  };
}

function end(own: Subscriber): void {
  own.status = 'end';
  own.channels.clear();
}

function drop(own: Subscriber): void {
  if (own.status !== 'ready') return;
  own.world.say(() => `${own.name} has lost its connection to Redis`);
  own.status = 'connecting';
  own.channels.clear();
  own.emitter.emit('close');
  void connect(own);
}

async function connect(own: Subscriber): Promise<void> {
  const { line, chance, emitter } = own;
  await connected(line, chance);
  if (own.status === 'end') return;
  own.status = 'ready';
  own.generation = line.subscriber.generation;
  own.world.say(() => `${own.name} is connected to Redis`);
  const again = [...own.wanted];
  own.arrivesAt = own.world.now() + chance.int(0, RESUBSCRIBE_MS_MAX);
  void arrival(own).then((isThere) => {
    if (isThere) for (const channel of again) if (own.wanted.has(channel)) own.channels.add(channel);
  });
  emitter.emit('ready');
  for (const command of own.unanswered) void send(own, command);
}

/** Resolves when what is sent now arrives at the other end; false when it never does. */
async function arrival(own: Subscriber): Promise<boolean> {
  const { world, chance, line, generation } = own;
  own.arrivesAt = Math.max(own.arrivesAt, world.now() + chance.int(0, COMMAND_MS_MAX));
  await delay(own.arrivesAt - world.now());
  if (line.state === 'frozen') await line.thawed();
  return own.status === 'ready' && own.generation === generation && !line.subscriber.isDeaf;
}

async function send(own: Subscriber, command: Command): Promise<void> {
  if (!(await arrival(own))) return;
  if (command.isSubscribe) own.channels.add(command.channel);
  else own.channels.delete(command.channel);
  if (!(await arrival(own)) || !own.unanswered.delete(command)) return;
  if (command.isSubscribe) own.wanted.add(command.channel);
  command.answered?.(null);
}

function deliver(own: Subscriber, message: Message): void {
  const { world, chance, generation } = own;
  const { lost, repeated, delayMs } = world.weather.messages;
  own.sent += 1;
  const n = own.sent;
  if (chance.one(lost)) {
    if (!isBeat(message[0])) world.count('message lost');
    return;
  }
  const copies = chance.one(repeated) ? 2 : 1;
  if (copies > 1 && !isBeat(message[0])) world.count('message repeated');
  for (let copy = 0; copy < copies; copy++) void carry(own, message, { n, generation, tookMs: chance.int(0, delayMs) });
}

/** Messages overtake each other here, as they do between the connections of a Redis Cluster. */
async function carry(
  own: Subscriber,
  message: Message,
  { n, generation, tookMs }: { n: number; generation: number; tookMs: number },
): Promise<void> {
  const { world, line, emitter } = own;
  await delay(tookMs);
  if (line.state === 'frozen') await line.thawed();
  const isBeatOnly = isBeat(message[0]);
  if (own.status !== 'ready' || own.generation !== generation || line.subscriber.isDeaf) {
    if (!isBeatOnly) world.count('message lost');
    return;
  }
  if (!isBeatOnly && n < own.received) world.count('message overtaken');
  own.received = Math.max(own.received, n);
  emitter.emit('message', ...message);
}

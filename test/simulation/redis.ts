import type { Redis } from 'ioredis';
import { delay } from '../../src/kernel/clock.ts';
import { type Ends, isBeat, LATENCY_MS_MAX, type Line, type Message, openLine, renew } from './line.ts';
import { openSubscriber, type Subscribed } from './subscriber.ts';
import type { World } from './world.ts';

const COMMAND_TIMEOUT_MS = 500;

export interface SimRedis {
  connect(name: string): { readonly line: Line; readonly publisher: Redis; readonly subscriber: Redis };
}

/** Redis, which forgets who was subscribed when the connection goes. */
export function openSimRedis(world: World): SimRedis {
  const subscribers = new Set<Subscribed>();
  const fanOut = (message: Message): void => {
    for (const subscriber of subscribers) if (subscriber.channels.has(message[0])) subscriber.deliver(message);
  };
  return {
    connect(name) {
      const chance = world.chance('redis', name);
      const line = openLine();
      const { subscriber, subscribed } = openSubscriber({ world, chance, line, name });
      subscribers.add(subscribed);
      return { line, subscriber, publisher: openPublisher({ world, chance, line, name }, fanOut) };
    },
  };
}

/** Connects as fast as it can, has no queue, and gives up on what is not answered. */
function openPublisher({ world, chance, line }: Ends, fanOut: (message: Message) => void): Redis {
  const publish = async (channel: string, text: string): Promise<number> => {
    const isSwallowed = line.state === 'frozen' || line.publisher.isDeaf;
    if ((isSwallowed || line.state === 'down') && !isBeat(channel)) world.count('publish failed');
    if (line.state === 'down') throw new Error('the connection is closed');
    if (isSwallowed) {
      await delay(COMMAND_TIMEOUT_MS);
      throw new Error('the command timed out');
    }
    await delay(chance.int(0, LATENCY_MS_MAX));
    fanOut([channel, text]);
    return 1;
  };
  return {
    publish,
    get status() {
      return line.state === 'up' || line.publisher.isDeaf ? 'ready' : 'reconnecting';
    },
    disconnect: () => renew(line.publisher),
  } as unknown as Redis;
}

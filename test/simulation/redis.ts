import type { Redis } from 'ioredis';
import { delay } from '../../src/kernel/clock.ts';
import { connected, type Ends, isBeat, LATENCY_MS_MAX, type Line, type Message, openLine, renew } from './line.ts';
import { openSubscriber, type Subscribed } from './subscriber.ts';
import type { World } from './world.ts';

const COMMAND_TIMEOUT_MS = 500;

export interface SimRedis {
  connect(name: string): { readonly line: Line; readonly publisher: Redis; readonly subscriber: Redis };
}

/** Redis, which forgets who was subscribed when the connection goes. */
export function openSimRedis(world: World): SimRedis {
  const subscribers = new Set<Subscribed>();
  const fanOut = (message: Message): number => {
    const hearing = [...subscribers].filter(({ channels }) => channels.has(message[0]));
    for (const subscriber of hearing) subscriber.deliver(message);
    return hearing.length;
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

/** Has no queue, and gives up on what is not answered: Redis may do it all the same. */
function openPublisher({ world, chance, line }: Ends, fanOut: (message: Message) => number): Redis {
  const { publisher: connection } = line;
  let status = 'connecting';
  const connect = async (): Promise<void> => {
    status = 'connecting';
    await connected(line, chance);
    status = 'ready';
  };
  const renewed = (): void => {
    if (status === 'ready') void connect();
  };
  line.changed.on('changed', () => {
    if (line.state === 'down') renewed();
  });
  void connect();
  const publish = async (channel: string, text: string): Promise<number> => {
    const { generation, isDeaf } = connection;
    if ((status !== 'ready' || isDeaf) && !isBeat(channel)) world.count('publish failed');
    if (status !== 'ready') throw new Error('the connection is closed');
    await delay(chance.int(0, LATENCY_MS_MAX));
    if (line.state === 'frozen') await Promise.race([line.thawed(), delay(COMMAND_TIMEOUT_MS)]);
    if (line.state === 'frozen')
      void line.thawed().then(() => connection.generation === generation && fanOut([channel, text]));
    else if (connection.generation === generation && !connection.isDeaf) return fanOut([channel, text]);
    else if (isDeaf) await delay(COMMAND_TIMEOUT_MS);
    throw new Error('the command was not answered');
  };
  return {
    publish,
    get status() {
      return status;
    },
    disconnect: (reconnect = false) => {
      renew(connection);
      if (reconnect) renewed();
    },
  } as unknown as Redis;
}

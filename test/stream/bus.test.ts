import { PubSub } from 'graphql-subscriptions';
import { expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { type BusMessage, openBus } from '../../src/stream/bus.ts';
import { ANN, silent } from './fakes.ts';

it('tells every follower to look at the log when the engine is back', () => {
  let reconnect = (): void => undefined;
  const engine = {
    pubsub: new PubSub(),
    onReconnect: (listener: () => void) => void (reconnect = listener),
    isDegraded: () => false,
    close: () => Promise.resolve(),
  };
  const bus = openBus(engine, silent, '');
  const heard: [string, BusMessage][] = [];
  bus.follow(ANN, (message) => heard.push(['one', message]));
  bus.follow(ANN, (message) => heard.push(['two', message]));
  bus.follow(userId('bob'), (message) => heard.push(['three', message]));
  bus.follow(userId('carl'), (message) => heard.push(['four', message])).close();
  reconnect();
  expect(heard).toEqual([
    ['one', 'nudge'],
    ['two', 'nudge'],
    ['three', 'nudge'],
  ]);
});

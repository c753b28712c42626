import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { BEAT_MS } from '../../src/stream/beat.ts';
import type { BusMessage } from '../../src/stream/bus.ts';
import { openBusOver } from '../../src/stream/redis-bus.ts';
import { ANN, silent } from './fakes.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The bus over two connections that carry everything at once, while both of them are alive. */
function open() {
  const link = { publisherIsAlive: true, madeAnew: [] as string[] };
  const channels = new Set<string>();
  const subscriber = Object.assign(new EventEmitter(), {
    status: 'ready',
    subscribe: (channel: string, answered: (error: null) => void) => {
      channels.add(channel);
      answered(null);
    },
    disconnect: () => link.madeAnew.push('subscriber'),
  });
  const publisher = {
    status: 'ready',
    publish: (channel: string, text: string) => {
      if (link.publisherIsAlive && channels.has(channel)) subscriber.emit('message', channel, text);
      return Promise.resolve(1);
    },
    disconnect: () => link.madeAnew.push('publisher'),
  };
  const connections = { publisher: publisher as unknown as Redis, subscriber: subscriber as unknown as Redis };
  const bus = openBusOver(connections, { prefix: '', log: silent, clock: systemClock, ids: systemIds });
  const heard: BusMessage[] = [];
  bus.follow(ANN, (message) => heard.push(message));
  return { link, bus, subscriber, heard };
}

it('is degraded from the cut of its connection until a beat comes over the new one, and nudges then', async () => {
  const { bus, subscriber, heard } = open();
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  expect(bus.isDegraded()).toBe(false);
  subscriber.emit('close');
  expect(bus.isDegraded()).toBe(true);
  subscriber.emit('ready');
  expect(bus.isDegraded()).toBe(true);
  heard.length = 0;
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  expect(bus.isDegraded()).toBe(false);
  expect(heard).toEqual(['nudge']);
});

it('makes both of its connections anew when beats stay away, for either may be half-open', async () => {
  const { bus, link } = open();
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  link.publisherIsAlive = false;
  await vi.advanceTimersByTimeAsync(3 * BEAT_MS);
  expect(bus.isDegraded()).toBe(true);
  expect(link.madeAnew.sort()).toEqual(['publisher', 'subscriber']);
});

it('cuts a new connection that is accepted and never answered, at the second look', async () => {
  const { bus, link, subscriber } = open();
  await vi.advanceTimersByTimeAsync(BEAT_MS);
  link.publisherIsAlive = false;
  await vi.advanceTimersByTimeAsync(3 * BEAT_MS);
  link.madeAnew.length = 0;
  // What listens is there again, and dead behind its port: ioredis waits for its first answer for ever.
  subscriber.status = 'connect';
  await vi.advanceTimersByTimeAsync(2 * BEAT_MS);
  expect(link.madeAnew).not.toContain('subscriber');
  await vi.advanceTimersByTimeAsync(2 * BEAT_MS);
  expect(link.madeAnew).toContain('subscriber');
  expect(bus.isDegraded()).toBe(true);
});

import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BusMessage } from '../../src/stream/bus.ts';
import type { StreamEvent } from '../../src/stream/event.ts';
import { follow, QUEUE_EVENTS_MAX, ResumeExpiredError, StreamStoppedError } from '../../src/stream/follow.ts';
import { ANN, at, eventAt, type FakeBus, type FakeLog, openFakeBus, openLog, OTHER_EPOCH, silent } from './fakes.ts';

/** Far more turns of the event loop than any of the lives below needs. */
const TURNS_MAX = 1_000;

function open({ log = openLog(), bus = openFakeBus(), after = at(0) } = {}) {
  const events = follow({ reader: log.reader, bus, log: silent }, { user: ANN, after });
  return { log, bus, events };
}

/** Commits the next events; the bus says nothing of them by itself. */
function commit(log: FakeLog, count = 1): readonly StreamEvent[] {
  log.head += count;
  return Array.from({ length: count }, (_, n) => eventAt(log.head - count + n + 1));
}

async function read(events: AsyncIterableIterator<StreamEvent>, count: number): Promise<readonly number[]> {
  const offsets: number[] = [];
  while (offsets.length < count) {
    const { done, value } = (await events.next()) as IteratorResult<StreamEvent, undefined>;
    if (done) break;
    offsets.push(value.position.offset);
  }
  return offsets;
}
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('a follower', () => {
  it('reads what was missed from the log, then what comes live, without reading again', async () => {
    const { log, bus, events } = open({ log: openLog(3), after: at(1) });
    expect(await read(events, 2)).toEqual([2, 3]);
    const next = read(events, 2);
    await setImmediate();
    const reads = log.reads;
    bus.publish(commit(log, 2));
    expect(await next).toEqual([4, 5]);
    expect(log.reads).toBe(reads);
  });

  it('reads a log of many pages to its end', async () => {
    const { events } = open({ log: openLog(1_234) });
    expect(await read(events, 1_234)).toEqual(upTo(1_234));
  });

  it('that hears of a later event than the next one reads what lies between', async () => {
    const { log, bus, events } = open({ log: openLog(1) });
    await read(events, 1);
    const next = read(events, 3);
    await setImmediate();
    commit(log, 3);
    bus.tell(eventAt(4));
    expect(await next).toEqual([2, 3, 4]);
  });

  it('that hears of an event again drops it, without reading the log', async () => {
    const { log, bus, events } = open({ log: openLog(3) });
    await read(events, 3);
    const next = read(events, 1);
    await setImmediate();
    const reads = log.reads;
    for (const offset of [3, 1, 2, 3]) bus.tell(eventAt(offset));
    bus.publish(commit(log));
    expect(await next).toEqual([4]);
    expect(log.reads).toBe(reads);
  });

  it('hands out every event once and in order, whatever the bus loses, repeats and reorders', async () => {
    const step = fc.record({
      commit: fc.nat(3),
      /** Which of the last events the bus tells of, in this order: some again, some never. */
      tell: fc.array(fc.nat(5), { maxLength: 4 }),
      also: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'nudge', 'head'),
      turns: fc.nat(4),
    });
    const pauses = fc.array(fc.nat(3), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.nat(5),
        pauses,
        async (...[steps, start, slow]) => {
          const log = openLog(5);
          const { bus, events } = open({ log, after: at(start) });
          const seen: number[] = [];
          const reading = (async () => {
            for await (const { position } of events) {
              seen.push(position.offset);
              for (let turn = 0; turn < (slow[seen.length % slow.length] ?? 0); turn++) await setImmediate();
            }
          })();
          for (const { commit: count, tell, also, turns } of steps) {
            commit(log, count);
            for (const back of tell) bus.tell(eventAt(Math.max(1, log.head - back)));
            if (also === 'nudge') bus.tell('nudge');
            if (also === 'head') bus.tellHead(ANN, at(log.head));
            for (let turn = 0; turn < turns; turn++) await setImmediate();
          }
          // The floor check tells of whatever was lost; then the rest comes, and not one event more.
          bus.tellHead(ANN, at(log.head));
          for (let turn = 0; turn < TURNS_MAX && seen.at(-1) !== log.head; turn++) await setImmediate();
          await events.return?.();
          await reading;
          expect(seen).toEqual(upTo(log.head, start + 1));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('whose reader is too slow drops the queue, never the events', async () => {
    const { log, bus, events } = open();
    const first = read(events, 1);
    bus.publish(commit(log));
    await first;
    const reads = log.reads;
    const count = QUEUE_EVENTS_MAX + 500;
    bus.publish(commit(log, count));
    expect(await read(events, count)).toEqual(upTo(1 + count, 2));
    expect(log.reads).toBeGreaterThan(reads);
  });

  it('whose reader is slow, but not too slow, takes the queue', async () => {
    const { log, bus, events } = open({ log: openLog(1) });
    expect(await read(events, 1)).toEqual([1]);
    const reads = log.reads;
    bus.publish(commit(log, QUEUE_EVENTS_MAX));
    expect(await read(events, QUEUE_EVENTS_MAX)).toEqual(upTo(QUEUE_EVENTS_MAX + 1, 2));
    expect(log.reads).toBe(reads);
  });

  it('outlasts a database that is away', async () => {
    const log = openLog(2);
    log.failures = 1;
    const { events } = open({ log });
    expect(await read(events, 2)).toEqual([1, 2]);
  });

  it('starts from the log when the bus does not acknowledge, and looks again when it does', async () => {
    const bus = openFakeBus({ late: true });
    const { log, events } = open({ bus, log: openLog(1) });
    expect(await read(events, 1)).toEqual([1]);
    const next = read(events, 1);
    commit(log);
    bus.acknowledge();
    expect(await next).toEqual([2]);
  });
});

describe('a follower that is ended', () => {
  const isLive = async (bus: FakeBus, events: AsyncIterableIterator<StreamEvent>, log: FakeLog): Promise<void> => {
    const first = read(events, 1);
    bus.publish(commit(log));
    await first;
  };

  it('while it waits ends at once and lets go of the bus', async () => {
    const { log, bus, events } = open();
    await isLive(bus, events, log);
    const waiting = events.next();
    expect(bus.listeners.size).toBe(1);
    expect(await events.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(bus.listeners.size).toBe(0);
  });

  it('before anything was read lets go of the bus', async () => {
    const { bus, events } = open({ bus: openFakeBus({ late: true }) });
    await events.return?.();
    expect(bus.listeners.size).toBe(0);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('twice, or told more afterwards, does no harm', async () => {
    const { log, bus, events } = open();
    await isLive(bus, events, log);
    await events.return?.();
    await events.return?.();
    bus.publish(commit(log));
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('by a service that stops tells its reader that this is not the end of the stream', async () => {
    const { log, bus, events } = open();
    await isLive(bus, events, log);
    const waiting = events.next();
    bus.endFollowers(ANN);
    await expect(waiting).rejects.toBeInstanceOf(StreamStoppedError);
    expect(bus.listeners.size).toBe(0);
  });
});

describe('a position that can’t be resumed from ends with ResumeExpiredError:', () => {
  it.each([
    ['another epoch', at(1, OTHER_EPOCH)],
    ['the future', at(6)],
    ['what is no longer retained', at(2)],
  ])('%s', async (_name, after) => {
    const log = openLog(5);
    log.retainedFrom = 3;
    const { bus, events } = open({ log, after });
    await expect(events.next()).rejects.toBeInstanceOf(ResumeExpiredError);
    expect(bus.listeners.size).toBe(0);
  });

  it('the oldest place that is retained can be resumed from', async () => {
    const log = openLog(5);
    log.retainedFrom = 3;
    expect(await read(open({ log, after: at(3) }).events, 2)).toEqual([4, 5]);
  });

  it.each<[string, (bus: FakeBus) => void]>([
    ['an event', (bus) => bus.tell(eventAt(1, OTHER_EPOCH))],
    ['the head', (bus) => bus.tellHead(ANN, at(9, OTHER_EPOCH))],
    ['a nudge', (bus) => bus.tell('nudge' satisfies BusMessage)],
  ])('a new epoch, told by %s', async (_name, tell) => {
    const { log, bus, events } = open({ log: openLog(1) });
    await read(events, 1);
    const waiting = events.next();
    await setImmediate();
    Object.assign(log, { epoch: OTHER_EPOCH, head: 1 });
    tell(bus);
    await expect(waiting).rejects.toBeInstanceOf(ResumeExpiredError);
    expect(bus.listeners.size).toBe(0);
  });
});

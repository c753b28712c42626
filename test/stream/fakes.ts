import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { userId } from '../../src/kernel/brand.ts';
import type { Position } from '../../src/kernel/position.ts';
import type { Bus, BusMessage } from '../../src/stream/bus.ts';
import type { OrderUpdated } from '../../src/stream/event.ts';
import type { HistoryPage } from '../../src/stream/history.ts';
import { type LogReader, PAGE_EVENTS_MAX } from '../../src/stream/log-reader.ts';

export const ANN = userId('ann');
export const EPOCH = '01234567-89ab-cdef-0123-456789abcdef';
export const OTHER_EPOCH = 'fedcba98-7654-3210-fedc-ba9876543210';
export const silent = pino({ level: 'silent' });
export const at = (offset: number, epoch = EPOCH): Position => ({ epoch, offset });

export function eventAt(offset: number, epoch = EPOCH): OrderUpdated {
  const data = { event: { id: `E${offset}` }, order: { version: offset } };
  return { userId: ANN, position: { epoch, offset }, type: 'orderUpdated', data: data as OrderUpdated['data'] };
}

export interface FakeLog {
  readonly reader: LogReader;
  epoch: string;
  head: number;
  retainedFrom: number;
  /** How often a page was read. */
  reads: number;
  /** The next reads fail, as when PostgreSQL is away. */
  failures: number;
}

/** The log of one user. */
export function openLog(head = 0): FakeLog {
  const log: FakeLog = {
    ...{ epoch: EPOCH, head, retainedFrom: 0, reads: 0, failures: 0 },
    reader: {
      page: (_user, after) => readPage(log, after),
      extent: () => Promise.resolve({ head: at(log.head, log.epoch), retainedFrom: log.retainedFrom }),
    },
  };
  return log;
}

async function readPage(log: FakeLog, after: number): Promise<HistoryPage> {
  log.reads += 1;
  const { epoch, head, retainedFrom } = log;
  await setImmediate();
  if (log.failures > 0) {
    log.failures -= 1;
    throw new Error('the database is away');
  }
  const count = Math.max(0, Math.min(head - after, PAGE_EVENTS_MAX));
  const events = Array.from({ length: count }, (_, n) => eventAt(after + n + 1, epoch));
  return { head: at(head, epoch), retainedFrom, events, full: count === PAGE_EVENTS_MAX };
}

export interface FakeBus extends Bus {
  readonly listeners: Set<(message: BusMessage) => void>;
  /** What the followers hear: whatever the test says, as often and in whatever order. */
  tell(message: BusMessage): void;
  acknowledge: () => void;
}

/** A bus that carries nothing by itself. With `late` it acknowledges only when it is told to. */
export function openFakeBus({ late = false } = {}): FakeBus {
  const listeners = new Set<(message: BusMessage) => void>();
  let acknowledge = (): void => undefined;
  const acknowledged = late ? new Promise<void>((resolve) => (acknowledge = resolve)) : Promise.resolve();
  const tell = (message: BusMessage): void => {
    for (const listener of [...listeners]) listener(message);
  };
  return {
    ...{ listeners, tell },
    acknowledge: () => acknowledge(),
    publish: (events) => events.forEach(tell),
    follow(_user, listener) {
      listeners.add(listener);
      return { acknowledged, close: () => void listeners.delete(listener) };
    },
    followedUsers: () => (listeners.size > 0 ? [ANN] : []),
    tellHead: (_user, head) => tell({ head }),
    isDegraded: () => false,
    endFollowers: () => tell('closed'),
    announce: () => undefined,
    onAnnounced: () => undefined,
    close: () => Promise.resolve(),
  };
}

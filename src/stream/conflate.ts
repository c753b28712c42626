import { delay } from '../kernel/clock.ts';
import type { Position } from '../kernel/position.ts';
import type { StreamEvent } from './event.ts';

/** What waits for the next tick at most; past it the stream is read on only after the tick. */
export const CONFLATED_KEYS_MAX = 1_000;

/** The latest event about one thing, and how many events it stands for; absent means that it stands for itself alone. */
export type Merged<E extends StreamEvent> = E & { readonly merged?: number };

interface Conflation<E extends StreamEvent> {
  readonly intervalMs: number;
  /** What an event is about: of each thing only the latest event is handed out. */
  readonly keyOf: (event: E) => string;
  readonly wants: (event: StreamEvent) => event is E;
  /** Told of a position up to which nothing wanted is held back. */
  readonly passed: (position: Position) => void;
}

interface Conflater<E extends StreamEvent> extends Conflation<E> {
  readonly source: AsyncIterableIterator<StreamEvent>;
  readonly closing: AbortController;
  /** By key, in the order of the latest events' positions. */
  readonly held: Map<string, Merged<E>>;
  batch: Merged<E>[];
  /** Unwanted, and not passed on yet. */
  scanned: Position | null;
  ticking: boolean;
  due: boolean;
  ended: boolean;
  fault: { readonly error: unknown } | null;
  wake: () => void;
  emptied: () => void;
}

/**
 * At each tick the latest event about each thing that changed, in the order of their positions: whichever is the last
 * one seen, resuming from it misses no thing's latest state. No timer runs while nothing changes. What is held when the
 * source fails is not handed out: it is met again on the resume.
 */
export function conflated<E extends StreamEvent>(
  source: AsyncIterableIterator<StreamEvent>,
  conflation: Conflation<E>,
): AsyncIterableIterator<Merged<E>> {
  const conflater: Conflater<E> = {
    ...conflation,
    ...{ source, closing: new AbortController(), held: new Map(), batch: [], scanned: null },
    ...{ ticking: false, due: false, ended: false, fault: null },
    ...{ wake: () => undefined, emptied: () => undefined },
  };
  let pumping: Promise<void> | undefined;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      pumping ??= pump(conflater);
      const value = await nextMerged(conflater);
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    async return() {
      conflater.ended = true;
      conflater.closing.abort();
      conflater.wake();
      conflater.emptied();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}

async function pump<E extends StreamEvent>(conflater: Conflater<E>): Promise<void> {
  try {
    for await (const event of conflater.source) {
      hold(conflater, event);
      if (conflater.held.size >= CONFLATED_KEYS_MAX && !conflater.ended) {
        await new Promise<void>((resolve) => (conflater.emptied = resolve));
      }
    }
  } catch (error) {
    conflater.fault = { error };
  }
  conflater.ended = true;
  conflater.wake();
}

function hold<E extends StreamEvent>(conflater: Conflater<E>, event: StreamEvent): void {
  const { held, batch, keyOf, wants, intervalMs, closing } = conflater;
  if (!wants(event)) {
    conflater.scanned = event.position;
    if (held.size === 0 && batch.length === 0) conflater.wake();
    return;
  }
  const key = keyOf(event);
  const merged = (held.get(key)?.merged ?? 0) + 1;
  held.delete(key);
  held.set(key, { ...event, merged });
  conflater.scanned = null;
  if (conflater.ticking || conflater.due) return;
  conflater.ticking = true;
  void delay(intervalMs, closing.signal).then(() => {
    conflater.ticking = false;
    conflater.due = true;
    conflater.wake();
  });
}

async function nextMerged<E extends StreamEvent>(conflater: Conflater<E>): Promise<Merged<E> | undefined> {
  while (!conflater.ended) {
    if (conflater.due && conflater.batch.length === 0) takeBatch(conflater);
    const next = conflater.batch.shift();
    if (next) return next;
    if (conflater.scanned && conflater.held.size === 0) {
      conflater.passed(conflater.scanned);
      conflater.scanned = null;
    }
    await new Promise<void>((resolve) => (conflater.wake = resolve));
  }
  if (conflater.fault) throw conflater.fault.error;
  return undefined;
}

function takeBatch<E extends StreamEvent>(conflater: Conflater<E>): void {
  conflater.batch = [...conflater.held.values()];
  conflater.held.clear();
  conflater.due = false;
  conflater.emptied();
}

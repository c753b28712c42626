import { vi } from 'vitest';

interface Timer {
  /** When it is due, and its place among those that are due together. */
  at: number;
  serial: number;
  readonly task: () => void;
  /** Milliseconds; null for once. */
  readonly again: number | null;
  cleared: boolean;
  unref(): Timer;
}

/** Time that stands still until it is told to go on, to the next timer. */
export interface VirtualTime extends Disposable {
  readonly now: () => number;
  /** Calls the task of the timer that is due next; false when there is none. */
  readonly goOn: () => boolean;
}

/**
 * Puts its own clock and timers in the place of the machine's, for thousands of lives a second: vitest's fake timers look
 * through all that wait at each step.
 */
export function startVirtualTime(): VirtualTime {
  const waiting: Timer[] = [];
  let now = 0;
  let serial = 0;
  const set = (task: () => void, after: number, again: number | null): Timer => {
    const timer: Timer = {
      ...{ task, again, at: now + Math.max(0, after), serial: (serial += 1), cleared: false },
      unref: () => timer,
    };
    push(waiting, timer);
    return timer;
  };
  const clear = (timer: Timer | undefined): void => {
    if (timer) timer.cleared = true;
  };
  const MachineDate = Date;
  vi.stubGlobal('setTimeout', (task: () => void, after = 0) => set(task, after, null));
  vi.stubGlobal('setInterval', (task: () => void, interval: number) => set(task, interval, interval));
  vi.stubGlobal('clearTimeout', clear);
  vi.stubGlobal('clearInterval', clear);
  vi.stubGlobal(
    'Date',
    class extends MachineDate {
      constructor(given?: number) {
        super(given ?? now);
      }
    },
  );
  return {
    now: () => now,
    goOn() {
      let timer = shift(waiting);
      while (timer?.cleared) timer = shift(waiting);
      if (!timer) return false;
      now = timer.at;
      if (timer.again !== null) push(waiting, Object.assign(timer, { at: now + timer.again, serial: (serial += 1) }));
      timer.task();
      return true;
    },
    [Symbol.dispose]: () => void vi.unstubAllGlobals(),
  };
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.serial < b.serial);

/** Into the heap, whose first is due first. */
function push(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1;
  for (let parent = (at - 1) >> 1; at > 0 && isBefore(timer, heap[parent]!); parent = (at - 1) >> 1) {
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = timer;
}

function shift(heap: Timer[]): Timer | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}

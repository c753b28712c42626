import type { Position, PositionPair } from '../kernel/position.ts';

/** Where a subscription stands: in one log, or in two at once. */
export type Place = Position | PositionPair;

/** How far one subscription has been served. */
export interface Track {
  /** Everything wanted up to here has been sent. */
  passed(position: Place): void;
  /** An item at this position has been sent, and has told its reader where it stands. */
  told(position: Place): void;
}

/** How far each operation of a socket has been served, so that a ping can say so. */
export type OpenTrack = (start: Place) => Track & Disposable;

export interface Progress {
  open(operation: string, start: Place): Track & Disposable;
  /**
   * The operations whose position their reader does not know, each with its position, which counts as told from now on;
   * and the one position of all operations, when they are at the same.
   */
  take(): { readonly untold: ReadonlyMap<string, Place>; readonly agreed: Place | null };
}

export function openProgress(): Progress {
  const operations = new Map<string, { at: Place; told: Place }>();
  return {
    open(operation, start) {
      const entry = { at: start, told: start };
      operations.set(operation, entry);
      return {
        passed: (position) => void (entry.at = position),
        told: (position) => void (entry.at = entry.told = position),
        [Symbol.dispose]: () => {
          if (operations.get(operation) === entry) operations.delete(operation);
        },
      };
    },
    take() {
      const untold = [...operations].filter(([, { at, told }]) => at !== told);
      for (const [, entry] of untold) entry.told = entry.at;
      const [first, ...others] = [...operations.values()].map(({ at }) => at);
      const agreed = first && others.every((place) => isSamePlace(place, first));
      return { untold: new Map(untold.map(([operation, { at }]) => [operation, at])), agreed: agreed ? first : null };
    },
  };
}

const isSame = (a: Position | null, b: Position | null): boolean =>
  a === b || (a !== null && b !== null && a.epoch === b.epoch && a.offset === b.offset);

function isSamePlace(a: Place, b: Place): boolean {
  if ('epoch' in a) return 'epoch' in b && isSame(a, b);
  return !('epoch' in b) && isSame(a.log, b.log) && isSame(a.feed, b.feed);
}

/** Tells the track of each item once the next one is asked for: by then the item has been sent. */
export function tracked<T extends { readonly position: Place }>(
  source: AsyncIterableIterator<T>,
  track: Track & Disposable,
): AsyncIterableIterator<T> {
  let handedOut: Place | null = null;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (handedOut) track.told(handedOut);
      const result = await source.next().catch((error: unknown) => {
        track[Symbol.dispose]();
        throw error;
      });
      handedOut = result.done ? null : result.value.position;
      if (result.done) track[Symbol.dispose]();
      return result;
    },
    async return() {
      track[Symbol.dispose]();
      return (await source.return?.()) ?? { done: true, value: undefined };
    },
  };
}

import type { Cursor } from './cursor.ts';
import type { Ending } from './ending.ts';
import { isObject } from './read.ts';
import type { Line } from './session.ts';

/** What one reading of the viewer's stream is given. */
export interface Reading {
  readonly line: Line;
  /** From where; null: from now on. */
  readonly after: Cursor | null;
  readonly signal: AbortSignal;
  readonly item: (item: unknown) => void;
  readonly moved: (cursor: unknown) => void;
  /** The service has answered, and goes on doing so. */
  readonly alive: () => void;
}

/** Reads until it breaks. Resolves with why it ended, or rejects with what went wrong. */
export type ReadStream = (reading: Reading) => Promise<Ending>;

interface ReaderEars extends Pick<Reading, 'item' | 'moved' | 'alive'> {
  readonly ended: (ending: Ending) => void;
  readonly failed: (error: unknown) => void;
}

/** One reading at a time; of one that is over nothing more is heard. */
export interface Reader {
  start(after: Cursor | null): void;
  stop(): void;
  /** How far the running one has come; null when it has not said so, or there is none. */
  at(): Cursor | null;
}

export function openReader(read: ReadStream, line: Line, ears: ReaderEars): Reader {
  let current: AbortController | null = null;
  let at: Cursor | null = null;
  const stop = (): void => {
    current?.abort();
    current = at = null;
  };
  return {
    stop,
    at: () => at,
    start(after) {
      stop();
      const mine = (current = new AbortController());
      at = after;
      const isCurrent = (): boolean => current === mine;
      const place = (cursor: unknown): void => {
        if (typeof cursor === 'string') at = cursor;
      };
      read({
        ...{ line, after, signal: mine.signal },
        item(item) {
          if (!isCurrent()) return;
          place(isObject(item) ? item['cursor'] : null);
          ears.item(item);
        },
        moved(cursor) {
          if (!isCurrent()) return;
          place(cursor);
          ears.moved(cursor);
        },
        alive: () => isCurrent() && ears.alive(),
      }).then(
        (ending) => isCurrent() && ears.ended(ending),
        (error: unknown) => isCurrent() && ears.failed(error),
      );
    },
  };
}

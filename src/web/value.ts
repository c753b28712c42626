import type { Store } from '../client/index.ts';

/** A value that changes in parts, for React's useSyncExternalStore. */
export interface Value<T extends object> extends Store<T> {
  get(): T;
  change(part: Partial<T>): void;
}

export function openValue<T extends object>(first: T): Value<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    getSnapshot: () => value,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change(part) {
      value = { ...value, ...part };
      for (const listener of [...listeners]) listener();
    },
  };
}

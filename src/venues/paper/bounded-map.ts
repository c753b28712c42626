/** A map that forgets its oldest entries. */
export interface BoundedMap<Value> {
  set(key: string, value: Value): void;
  get(key: string): Value | undefined;
  /** Hands out an entry and forgets it. */
  take(key: string): Value | undefined;
}

export function boundedMap<Value>(entriesMax: number): BoundedMap<Value> {
  const entries = new Map<string, Value>();
  return {
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= entriesMax) break;
        entries.delete(oldest);
      }
    },
    get: (key) => entries.get(key),
    take: (key) => {
      const value = entries.get(key);
      entries.delete(key);
      return value;
    },
  };
}

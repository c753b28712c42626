import { delay } from '../kernel/clock.ts';

interface BatchOptions<K> {
  /** Questions in one batch. */
  readonly keysMax: number;
  /** Batches under way at once; what is asked meanwhile waits and goes together into the next. */
  readonly inFlightMax: number;
  /** The least time from the start of one batch to that of the next. */
  readonly restMs: number;
  /** Questions of the same name in one batch are asked once. */
  readonly nameOf: (key: K) => string;
}

interface Waiting<K, V> {
  readonly key: K;
  readonly answered: { resolve: (value: V) => void; reject: (error: unknown) => void }[];
}

/**
 * Turns a question about many into one about each. A single question goes out at once; a storm of them costs a bounded
 * number of batches in a time rather than a query each. A batch that fails fails for all who asked in it.
 * @param ask answers in the order of the keys
 */
export function batched<K, V>(
  ask: (keys: readonly K[]) => Promise<readonly V[]>,
  { keysMax, inFlightMax, restMs, nameOf }: BatchOptions<K>,
): (key: K) => Promise<V> {
  const waiting = new Map<string, Waiting<K, V>>();
  let inFlight = 0;
  let resting = false;

  const answer = async (batch: readonly Waiting<K, V>[]): Promise<void> => {
    try {
      const values = await ask(batch.map(({ key }) => key));
      batch.forEach(({ answered }, n) => answered.forEach(({ resolve }) => resolve(values[n] as V)));
    } catch (error) {
      for (const { answered } of batch) for (const { reject } of answered) reject(error);
    }
  };
  const send = (): void => {
    if (resting || inFlight >= inFlightMax || waiting.size === 0) return;
    const batch = [...waiting].slice(0, keysMax);
    for (const [name] of batch) waiting.delete(name);
    inFlight += 1;
    resting = true;
    void delay(restMs).then(() => {
      resting = false;
      send();
    });
    void answer(batch.map(([, entry]) => entry)).finally(() => {
      inFlight -= 1;
      send();
    });
  };
  return (key) =>
    new Promise((resolve, reject) => {
      const name = nameOf(key);
      const entry = waiting.get(name) ?? { key, answered: [] };
      entry.answered.push({ resolve, reject });
      waiting.set(name, entry);
      send();
    });
}

import type { Deps } from '../deps.ts';

/** The token has run out while its stream was open. */
export class TokenExpiredError extends Error {}

interface Guard<T, W extends T> {
  readonly expiresAt: Date;
  /** What of the stream was asked for. */
  readonly wants: ((value: T) => value is W) | ((value: T) => boolean);
  /** Told of each value that was not asked for, after all that was asked for before it has been handed out. */
  readonly passed?: (value: T) => void;
}

/**
 * Hands out what is wanted of a stream for as long as the viewer's token lives, and ends with TokenExpiredError then,
 * also while it waits. A socket is closed with 4403 at the same moment; other transports know by this.
 */
export function guarded<T, W extends T = T>(
  { expiry, clock }: Pick<Deps, 'expiry' | 'clock'>,
  source: AsyncIterableIterator<T>,
  { expiresAt, wants, passed = () => undefined }: Guard<T, W>,
): AsyncIterableIterator<W> {
  let expired = false;
  const watch = expiry.watch(expiresAt, () => {
    expired = true;
    void source.return?.();
  });
  const end = (): void => watch[Symbol.dispose]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        for (;;) {
          const result = await source.next();
          // A socket is closed with 4403 first: an error that overtook the close would end the operation for good.
          if (!expired && clock.now() >= expiresAt) expiry.sweep();
          if (expired || clock.now() >= expiresAt) throw new TokenExpiredError('the token has expired');
          if (result.done) end();
          if (result.done) return { done: true, value: undefined };
          if (wants(result.value)) return { done: false, value: result.value as W };
          passed(result.value);
        }
      } catch (error) {
        end();
        await source.return?.();
        throw error;
      }
    },
    async return() {
      end();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExpiryWatch, openExpiryWatch } from '../../src/auth/expiry.ts';
import { guarded, TokenExpiredError } from '../../src/auth/guarded.ts';

const EXPIRES_AT = new Date('2026-01-31T15:04:05.678Z');
const before = (milliseconds: number): Date => new Date(EXPIRES_AT.getTime() - milliseconds);

let now: Date;
const clock = { now: () => now };
let expiry: ExpiryWatch;
/** What happened, in its order. */
let happened: string[];
beforeEach(() => {
  now = before(1_000);
  happened = [];
  expiry = openExpiryWatch(clock);
});
afterEach(() => expiry[Symbol.dispose]());

/** A stream of one's own making: it hands out what is pushed, and ends when it is returned. */
function openSource() {
  let resolve: (result: IteratorResult<number>) => void = () => undefined;
  const promise = new Promise<IteratorResult<number>>((settle) => (resolve = settle));
  const source: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => source,
    next: () => promise,
    return: () => {
      happened.push('returned');
      const end = { done: true, value: undefined } as const;
      resolve(end);
      return Promise.resolve(end);
    },
  };
  return { source, push: (value: number) => resolve({ done: false, value }) };
}

/** As a socket does: it watches the token for itself, and so do others of other tokens. */
const openSocket = (name: string, expiresAt = EXPIRES_AT): Disposable =>
  expiry.watch(expiresAt, () => happened.push(`${name} closed`));

function open() {
  const { source, push } = openSource();
  const stream = guarded({ expiry, clock }, source, { expiresAt: EXPIRES_AT, wants: () => true });
  const reading = stream.next().then(
    ({ value }: { value?: unknown }) => happened.push(`read ${String(value)}`),
    (error: unknown) => happened.push(error instanceof TokenExpiredError ? 'expired' : String(error)),
  );
  return { push, reading };
}

describe('a stream whose token has run out before the next look', () => {
  it.each([
    ['before', 'at the very moment', 0],
    ['after', 'at the very moment', 0],
    ['before', 'later', 499],
    ['after', 'later', 499],
  ])('has its socket, watched %s it, closed before the error: %s', async (order, _when, late) => {
    if (order === 'before') openSocket('socket');
    const { push, reading } = open();
    if (order === 'after') openSocket('socket');
    now = before(-late);
    push(1);
    await reading;
    expect(happened.filter((each) => each !== 'returned')).toEqual(['socket closed', 'expired']);
    expect(happened).toContain('returned');
  });

  it('closes no socket of a token that lives, nor its own twice', async () => {
    openSocket('other', before(-1));
    openSocket('socket');
    const { push, reading } = open();
    now = EXPIRES_AT;
    push(1);
    await reading;
    expiry.sweep();
    expect(happened.filter((each) => each.endsWith('closed'))).toEqual(['socket closed']);
  });

  it('does not close a socket that has gone', async () => {
    openSocket('socket')[Symbol.dispose]();
    const { push, reading } = open();
    now = EXPIRES_AT;
    push(1);
    await reading;
    expect(happened).not.toContain('socket closed');
    expect(happened).toContain('expired');
  });
});

describe('a stream whose token is about to run out', () => {
  it('still hands out what comes, and closes nothing', async () => {
    openSocket('socket');
    const { push, reading } = open();
    now = before(1);
    push(1);
    await reading;
    expect(happened).toEqual(['read 1']);
  });

  it('ends when the look finds it waiting, after its socket', async () => {
    openSocket('socket');
    const { reading } = open();
    now = EXPIRES_AT;
    expiry.sweep();
    await reading;
    expect(happened.slice(0, 2)).toEqual(['socket closed', 'returned']);
    expect(happened.at(-1)).toBe('expired');
  });
});

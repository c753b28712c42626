import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { FAILURES_IN_A_ROW_MAX } from '../../src/venues/asking.ts';
import { VenueBusy } from '../../src/venues/faults.ts';
import {
  type Books,
  type KnownOrder,
  ORDERS_PER_ASK,
  ORDERS_PER_SWEEP_MAX,
  sweepVenue,
} from '../../src/venues/reconcile.ts';
import { GRACE_MS } from '../../src/venues/second-look.ts';
import type { SweepState } from '../../src/venues/sweeps.ts';
import type { AskedOrder, VenueStatement } from '../../src/venues/venue.ts';
import { silent } from '../stream/fakes.ts';

const idAt = (at: number): string => `O${String(at).padStart(6, '0')}`;
const ordersOf = (count: number): readonly KnownOrder[] =>
  Array.from({ length: count }, (_, at) => ({
    id: idAt(at),
    asked: { account: '', venueOrderId: idAt(at), clOrdId: null },
    doubt: null,
  }));

/** A table of orders, and what was compared. */
function openBooks(orders: readonly KnownOrder[]) {
  const compared: string[] = [];
  const books: Books = {
    readAsked(_venue, { after, limit }) {
      const from = after === null ? 0 : Number(after.slice(1)) + 1;
      const page = orders.slice(from, from + limit);
      return Promise.resolve({ orders: page, last: page.length < limit ? null : (page.at(-1)?.id ?? null) });
    },
    compare(_venue, answered) {
      compared.push(...answered.map(({ order }) => order.id));
      return Promise.resolve({ repaired: 0, differing: 0 });
    },
    noteAsked: () => Promise.resolve(),
  };
  return { books, compared };
}

interface Swept {
  readonly count: number;
  readonly say?: (order: AskedOrder) => VenueStatement;
  readonly place?: string | null;
  readonly hold?: (state: SweepState) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

const SAYS: VenueStatement = [];

async function sweep({ count, say = () => SAYS, place = null, hold = () => Promise.resolve(true), signal }: Swept) {
  const { books, compared } = openBooks(ordersOf(count));
  const asks: number[] = [];
  const ask = (orders: readonly AskedOrder[]): Promise<readonly VenueStatement[]> => {
    asks.push(orders.length);
    return new Promise((resolve) => resolve(orders.map(say)));
  };
  const swept = { venue: 'desk', ask, signal: signal ?? new AbortController().signal };
  const result = await sweepVenue({ books, clock: systemClock, log: silent }, swept, { place, hold });
  return { ...result, asks, compared };
}

const bad =
  (...ids: readonly string[]) =>
  ({ venueOrderId }: AskedOrder): VenueStatement => {
    if (ids.includes(venueOrderId ?? '')) throw new Error('not this one');
    return SAYS;
  };

describe('a sweep', () => {
  it('asks about all orders in chunks, each once', async () => {
    const { tally, asks, compared, end } = await sweep({ count: 45 });
    expect(asks).toEqual([ORDERS_PER_ASK, ORDERS_PER_ASK, 5]);
    expect(compared).toEqual(ordersOf(45).map(({ id }) => id));
    expect(tally).toMatchObject({ asked: 45, unknown: 0, failed: 0 });
    expect(end).toMatchObject({ place: null, answeredAt: expect.any(Date) as Date });
  });

  it('counts the orders that the venue does not know, and leaves them', async () => {
    const { tally, compared } = await sweep({
      count: 3,
      say: ({ venueOrderId }) => (venueOrderId === idAt(1) ? null : SAYS),
    });
    expect(tally).toMatchObject({ asked: 3, unknown: 1 });
    expect(compared).toEqual([idAt(0), idAt(2)]);
  });

  it.each([
    ['the first', [0]],
    ['the last', [39]],
    ['one in the middle', [11]],
    ['some', [3, 4, 25]],
  ])('goes on past an order that can’t be asked about: %s', async (_name, places) => {
    const ids = places.map(idAt);
    const { tally, compared, reason } = await sweep({ count: 60, say: bad(...ids) });
    expect(reason).toBeNull();
    expect(tally).toMatchObject({ asked: 60, failed: ids.length });
    expect(compared).toHaveLength(60 - ids.length);
    expect(new Set(compared)).toEqual(
      new Set(
        ordersOf(60)
          .map(({ id }) => id)
          .filter((id) => !ids.includes(id)),
      ),
    );
  });

  it('of a venue that is away ends after few questions, and says why', async () => {
    const say = (): VenueStatement => {
      throw new Error('away');
    };
    const { tally, asks, reason, end } = await sweep({ count: 1_000, say });
    expect(asks).toHaveLength(FAILURES_IN_A_ROW_MAX);
    expect(reason).toBe('Error: away');
    expect(tally).toMatchObject({ asked: ORDERS_PER_ASK, failed: ORDERS_PER_ASK });
    // The next one begins behind them: they do not keep the venue from the rest.
    expect(end).toEqual({ place: idAt(ORDERS_PER_ASK - 1), answeredAt: null });
    expect((await sweep({ count: 1, say })).reason).toBe('Error: away');
  });

  it('of a venue that asks to wait ends at once; the next one begins with those that are left', async () => {
    const say = ({ venueOrderId }: AskedOrder): VenueStatement => {
      if (venueOrderId === idAt(25)) throw new VenueBusy('no calls are left', 0);
      return SAYS;
    };
    const { asks, tally, reason, end } = await sweep({ count: 60, say });
    expect(asks).toEqual([ORDERS_PER_ASK, ORDERS_PER_ASK]);
    expect(reason).toContain('no calls are left');
    expect(tally).toMatchObject({ asked: 40, failed: 20 });
    expect(end.place).toBe(idAt(19));
    // They are the first now, and do not keep the venue from the rest for ever.
    expect((await sweep({ count: 60, say, place: end.place })).end.place).toBe(idAt(39));
  });

  it('that is answered about other orders than it asked for believes nothing', async () => {
    const { books, compared } = openBooks(ordersOf(1));
    const swept = { venue: 'desk', ask: () => Promise.resolve([]), signal: new AbortController().signal };
    const options = { place: null, hold: () => Promise.resolve(true) };
    const { reason } = await sweepVenue({ books, clock: systemClock, log: silent }, swept, options);
    expect(reason).toContain('other orders');
    expect(compared).toEqual([]);
  });

  it('goes on where the one before had come to', async () => {
    expect((await sweep({ count: 45, place: idAt(39) })).compared).toEqual([40, 41, 42, 43, 44].map(idAt));
  });

  it('stops at its bound, and leaves the rest to the next one', async () => {
    const { tally, end } = await sweep({ count: ORDERS_PER_SWEEP_MAX + 50 });
    expect(tally.asked).toBe(ORDERS_PER_SWEEP_MAX);
    expect(end.place).toBe(idAt(ORDERS_PER_SWEEP_MAX - 1));
  });

  it('that another process has taken over stops', async () => {
    let steps = 0;
    const { tally } = await sweep({ count: 100, hold: () => Promise.resolve(++steps <= 2) });
    expect(tally.asked).toBe(2 * ORDERS_PER_ASK);
  });

  it('stops when it is told to', async () => {
    const stopping = new AbortController();
    const say = (): VenueStatement => {
      stopping.abort();
      return SAYS;
    };
    expect((await sweep({ count: 100, say, signal: stopping.signal })).tally.asked).toBe(ORDERS_PER_ASK);
  });
});

describe('what is behind', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** The first time all orders are behind; when they are asked about again they are repaired. */
  function sweepBehind(count: number, signal = new AbortController().signal) {
    vi.useFakeTimers();
    const start = Date.now();
    const looks: { readonly afterMs: number; readonly isFirst: boolean; readonly ids: readonly string[] }[] = [];
    const books: Books = {
      ...openBooks(ordersOf(count)).books,
      compare(_venue, answered, { isFirst } = { isFirst: false }) {
        const orders = answered.map(({ order }) => order);
        looks.push({ afterMs: Date.now() - start, isFirst, ids: orders.map(({ id }) => id) });
        return Promise.resolve(
          isFirst ? { repaired: 0, differing: 0, behind: orders } : { repaired: orders.length, differing: 0 },
        );
      },
    };
    const ask = (orders: readonly AskedOrder[]) => Promise.resolve(orders.map(() => SAYS));
    const options = { place: null, hold: () => Promise.resolve(true) };
    const sweeping = sweepVenue({ books, clock: systemClock, log: silent }, { venue: 'desk', ask, signal }, options);
    return { sweeping, looks };
  }

  it('is asked about once more in the same sweep, after a pause that all share, and in chunks', async () => {
    const { sweeping, looks } = sweepBehind(45);
    await vi.advanceTimersByTimeAsync(GRACE_MS - 1);
    expect(looks.map(({ isFirst }) => isFirst)).toEqual([true, true, true]);
    await vi.advanceTimersByTimeAsync(1);
    const { tally } = await sweeping;
    const again = looks.filter(({ isFirst }) => !isFirst);
    expect(again.map(({ afterMs, ids }) => [afterMs, ids.length])).toEqual([
      [GRACE_MS, ORDERS_PER_ASK],
      [GRACE_MS, ORDERS_PER_ASK],
      [GRACE_MS, 5],
    ]);
    expect(again.flatMap(({ ids }) => ids)).toEqual(ordersOf(45).map(({ id }) => id));
    expect(tally).toMatchObject({ asked: 45, repaired: 45, differing: 0, unknown: 0 });
  });

  it('keeps nobody waiting who stops', async () => {
    const stopping = new AbortController();
    const { sweeping, looks } = sweepBehind(3, stopping.signal);
    await vi.advanceTimersByTimeAsync(1);
    stopping.abort();
    expect((await sweeping).tally).toMatchObject({ asked: 3, repaired: 0, differing: 3 });
    expect(looks).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { openAsking } from '../../src/venues/asking.ts';
import type { KnownOrder } from '../../src/venues/reconcile.ts';
import type { VenuePort, VenueStatement } from '../../src/venues/venue.ts';

const ordersOf = (count: number): readonly KnownOrder[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ id: `O${at}`, doubt: null },
    asked: { account: '', venueOrderId: `O${at}`, clOrdId: null },
  }));
const idsOf = (answered: readonly { readonly order: KnownOrder }[]) => answered.map(({ order }) => order.id);

/** A venue that answers about so many orders in time; about more it does not answer before it is given up. */
function openSlow(inTime: number) {
  const asks: number[] = [];
  const ask: NonNullable<VenuePort['ask']> = (orders, signal) => {
    asks.push(orders.length);
    if (orders.length <= inTime) return Promise.resolve(orders.map((): VenueStatement => []));
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  };
  const asking = openAsking({ ask, signal: new AbortController().signal, askMsMax: 20 });
  return { asks, ask: (count: number) => asking.ask(ordersOf(count), () => Promise.resolve()) };
}

describe('a venue that needs too long for many orders', () => {
  it('is asked about fewer, and about no more than that from then on', async () => {
    const { asks, ask } = openSlow(5);
    const { answered, failures, isAway } = await ask(20);
    expect(idsOf(answered)).toEqual(ordersOf(20).map(({ id }) => id));
    expect([failures, isAway]).toEqual([[], false]);
    expect(asks.splice(0)).toEqual([20, 10, 5, 5, 10, 5, 5]);
    expect(idsOf((await ask(12)).answered)).toHaveLength(12);
    expect(asks).toEqual([5, 5, 2]);
  });

  it('is away when it does not answer about one either', async () => {
    const { asks, ask } = openSlow(0);
    const { answered, failures, isAway } = await ask(20);
    expect([answered, failures.length, isAway]).toEqual([[], 20, true]);
    expect(asks).toEqual([20, 10, 5, 3, 2, 1, 1]);
  });
});

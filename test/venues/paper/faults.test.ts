import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fateOf, isDrawn, NO_DELIVERY_FAULTS, shuffled } from '../../../src/venues/paper/faults.ts';
import { place, wakeOrder } from '../../../src/venues/paper/book.ts';
import { bookOf, course, d, placed, request, run } from './book-steps.ts';

const ids = Array.from({ length: 10_000 }, (_, i) => `Pr1-${i}-1`);

describe('the fate of a report', () => {
  it('is to be sent once and at once, unless something else was asked', () => {
    expect(fateOf(1, NO_DELIVERY_FAULTS, 'E1')).toEqual({ delayMs: 0, deliveryIds: ['E1'] });
  });

  it('is several deliveries, every other one under an id of its own', () => {
    const { deliveryIds } = fateOf(1, { ...NO_DELIVERY_FAULTS, duplicate: 4 }, 'E1');
    expect(deliveryIds).toEqual(['E1', 'E1-again1', 'E1', 'E1-again3']);
  });

  it('is drawn from seed and execId: about the share that was asked for is dropped, always the same ones', () => {
    const faults = { ...NO_DELIVERY_FAULTS, drop: 0.1 };
    const dropped = (seed: number): readonly string[] =>
      ids.filter((execId) => fateOf(seed, faults, execId).deliveryIds.length === 0);
    expect(dropped(1).length).toBeGreaterThan(900);
    expect(dropped(1).length).toBeLessThan(1_100);
    expect(dropped(1)).toEqual(dropped(1));
    expect(dropped(2)).not.toEqual(dropped(1));
    const all = { ...NO_DELIVERY_FAULTS, drop: 1 };
    expect(ids.every((execId) => fateOf(1, all, execId).deliveryIds.length === 0)).toBe(true);
  });

  it('is late by the delay and at most the jitter more', () => {
    const delays = ids.map((execId) => fateOf(1, { ...NO_DELIVERY_FAULTS, delayMs: 20, jitterMs: 30 }, execId).delayMs);
    expect([Math.min(...delays), Math.max(...delays)]).toEqual([20, 50]);
  });
});

it('mixes reports without losing one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      expect([...shuffled(seed, items, 'x')].sort()).toEqual([...items].sort());
    }),
  );
  const numbers = [1, 2, 3, 4, 5];
  const orders = new Set(ids.map((label) => shuffled(1, numbers, label).join('')));
  expect(orders.size).toBe(120);
});

it('never draws a share of nothing, and always one of all', () => {
  expect(ids.some((id) => isDrawn(1, 0, [id]))).toBe(false);
  expect(ids.every((id) => isDrawn(1, 1, [id]))).toBe(true);
});

describe('rejects by chance', () => {
  it('are a share of the new orders, and the same ones again', () => {
    const rejected = (): readonly string[] => {
      const book = bookOf();
      book.rejectRate = 0.3;
      return ids.slice(0, 1_000).filter((clOrdId) => {
        const number = placed(book, { clOrdId });
        return course(wakeOrder(book, number)?.reports ?? []) === 'REJECTED';
      });
    };
    expect(rejected().length).toBeGreaterThan(250);
    expect(rejected().length).toBeLessThan(350);
    expect(rejected()).toEqual(rejected());
  });

  it('leave alone an order that a scenario was announced for', () => {
    const book = bookOf();
    book.rejectRate = 1;
    expect(course(run(book, placed(book, { clOrdId: 'plain' })))).toBe('REJECTED');
    book.announced.set(JSON.stringify([null, 'c1']), {
      ...{ scenario: { kind: 'fill', text: null }, script: [], delivery: null },
    });
    expect(place(book, request({ quantity: d('5') }))).toMatchObject({ status: 'TAKEN' });
    expect(course(run(book, 2))).toBe('NEW TRADE');
  });
});

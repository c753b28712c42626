import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, decimal, ZERO } from '../../src/kernel/decimal.ts';
import { readExact, writeExact } from '../../src/kernel/exact-json.ts';
import type { OrderEvent } from '../../src/orders/event.ts';
import { evolve, type Order } from '../../src/orders/order.ts';
import { avgPx, isOpen, leavesQty, overfillQty, status } from '../../src/orders/status.ts';
import { ORDER_STATUSES } from '../../src/orders/words.ts';
import { anyReport } from './reports.ts';
import { cancelAsked, type Fields, modified, reported, type Step } from './scenario.ts';

const anyRequest: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom('C4', 'C5').map((clOrdId) => cancelAsked(clOrdId)),
  fc.constantFrom('1', '50', '100', '120').map((quantity) => modified('C6', { quantity })),
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: anyReport.map((fields: Fields) => reported(fields)) },
  { weight: 1, arbitrary: anyRequest },
);
const anyLife = fc.array(anyStep, { minLength: 1, maxLength: 30 });

/** All that came of the steps: every event and the order after each. Requests wait until there is an order. */
function live(steps: readonly Step[]): readonly { readonly event: OrderEvent; readonly order: Order }[] {
  const lived: { event: OrderEvent; order: Order }[] = [];
  for (const step of steps) {
    const before = lived.at(-1)?.order ?? null;
    if (!before && lived.length === 0 && !opens(step)) continue;
    const decided = step(before);
    if ('event' in decided && decided.event) lived.push({ event: decided.event, order: evolve(before, decided.event) });
  }
  return lived;
}

function opens(step: Step): boolean {
  try {
    step(null);
    return true;
  } catch (error) {
    // A request needs an order; a report must never throw.
    expect(String(error)).toContain('a request about no order');
    return false;
  }
}

const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);

describe('any sequence of reports and requests', () => {
  it('reaches orders that are open, filled and closed, or the properties below would say nothing', () => {
    const reached = new Set(
      fc
        .sample(anyLife, { numRuns: 500, seed: 7 })
        .flatMap(live)
        .map(({ order }) => status(order)),
    );
    expect(reached).toEqual(new Set(ORDER_STATUSES));
  });

  it('leaves cumQty + leavesQty = quantity while the order is open, and leavesQty 0 once it is not', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        for (const { order } of live(steps)) {
          const { quantity } = order.terms;
          const leaves = leavesQty(order);
          if (!isOpen(order)) expect(leaves?.isZero()).toBe(true);
          else if (quantity) expect(order.cumQty.plus(leaves ?? -1).eq(quantity)).toBe(true);
          else expect(leaves).toBeNull();
          if (quantity)
            expect((overfillQty(order) ?? ZERO).eq(order.cumQty.gt(quantity) ? order.cumQty.minus(quantity) : 0)).toBe(
              true,
            );
        }
      }),
    );
  });

  it('has as cumQty and cumAmount the exact sums of its fills, and as avgPx their quotient', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const lived = live(steps);
        const fills = lived.map(({ event }) => event).filter((event) => event.type === 'OrderFilled');
        const order = lived.at(-1)?.order;
        if (!order) return;
        expect(order.cumQty.eq(sum(fills.map(({ lastQty }) => lastQty)))).toBe(true);
        expect(order.cumAmount.eq(sum(fills.map(({ lastQty, lastPx }) => lastQty.times(lastPx))))).toBe(true);
        const average = avgPx(order);
        expect(average === null).toBe(order.cumQty.isZero());
        // The quotient has 100 digits, so it is off by less than the hundredth one.
        const error = average?.times(order.cumQty).minus(order.cumAmount).abs() ?? ZERO;
        expect(error.lte(order.cumAmount.abs().times(decimal('1e-98')))).toBe(true);
      }),
    );
  });

  it('never takes a fill back, and counts its events', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        live(steps).reduce<Order | null>((before, { order }, index) => {
          expect(order.version).toBe(index + 1);
          expect(order.cumQty.gte(before?.cumQty ?? 0)).toBe(true);
          if (before)
            expect([order.id, order.createdAt, order.symbol]).toEqual([before.id, before.createdAt, before.symbol]);
          return order;
        }, null);
      }),
    );
  });

  it('once closed is never open again, though a late fill counts', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        live(steps).reduce<Order | null>((before, { order }) => {
          if (before?.closed) expect([isOpen(order), order.closed]).toEqual([false, before.closed]);
          return order;
        }, null);
      }),
    );
  });

  it('is told by its events alone, also after they were written and read', () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const lived = live(steps);
        const read = lived.map(({ event }) => readExact(writeExact(event)) as OrderEvent);
        const folded = read.reduce<Order | null>((order, event) => evolve(order, event), null);
        expect(writeExact(folded)).toBe(writeExact(lived.at(-1)?.order ?? null));
      }),
    );
  });
});

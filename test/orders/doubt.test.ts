import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionReportSchema } from '../../src/ingest/execution-report.ts';
import { decimal } from '../../src/kernel/decimal.ts';
import type { Order } from '../../src/orders/order.ts';
import { isDoubtful, type Said, saidBy } from '../../src/orders/doubt.ts';
import { accepted, canceled, fill, type Step, take } from './scenario.ts';

const report = (fields: object) =>
  executionReportSchema.parse({ execId: 'E', execType: 'TRADE', clOrdId: 'C1', ...fields });
const orderAfter = (...steps: readonly Step[]): Order => steps.reduce<Order | null>(take, null)!;

describe('an order is in doubt', () => {
  it.each([
    ['when its venue has filled more than we know of', '60', true],
    ['not when the sums agree', '40', false],
    ['not by a report of before', '10', false],
  ])('%s', (_name, cumQty, expected) => {
    const after = orderAfter(accepted(), fill('40', '10'));
    const said = saidBy(report({ cumQty }), { before: after, after, said: undefined });
    expect(isDoubtful(after, said!)).toBe(expected);
  });

  it('never by a report without a sum, as where each order of a chain has its own', () => {
    const after = orderAfter(accepted());
    expect(saidBy(report({}), { before: null, after, said: undefined })).toBeNull();
  });

  it('by the greatest sum of a batch, in whatever order the reports come', () => {
    const after = orderAfter(accepted(), fill('30', '10'));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }), (sums) => {
        let said: Said | undefined;
        for (const sum of sums)
          said = saidBy(report({ cumQty: String(sum) }), { before: after, after, said }) ?? undefined;
        expect(said?.cumQty.eq(decimal(Math.max(...sums)))).toBe(true);
        expect(isDoubtful(after, said!)).toBe(Math.max(...sums) > 30);
      }),
    );
  });
});

describe('a doubt may be over', () => {
  const open = orderAfter(accepted(), fill('40', '10'));
  const closed = orderAfter(accepted(), fill('40', '10'), canceled());
  const mayEnd = (fields: object, { before = open, after = open } = {}): boolean =>
    saidBy(report({ cumQty: '40', ...fields }), { before, after, said: undefined })!.mayEndDoubt;

  it('not in the ordinary course of an order, so that nothing is looked up', () => {
    expect(mayEnd({})).toBe(false);
    expect(mayEnd({ execType: 'CANCELED' }, { after: closed })).toBe(false);
  });

  it('by a report that comes late, after the end, or states the order', () => {
    expect(mayEnd({ cumQty: '10' })).toBe(true);
    expect(mayEnd({}, { before: closed, after: closed })).toBe(true);
    expect(mayEnd({ execType: 'ORDER_STATUS' })).toBe(true);
  });
});

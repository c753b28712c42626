import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionReportSchema } from '../../src/ingest/execution-report.ts';
import { decimal } from '../../src/kernel/decimal.ts';
import type { Fills } from '../../src/orders/counted.ts';
import type { Order } from '../../src/orders/order.ts';
import { isBelow, isDoubtful, type Said, saidBy } from '../../src/orders/doubt.ts';
import { accepted, cancelAsked, canceled, expired, fill, placed, rejected, type Step, take } from './scenario.ts';

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
        expect(said?.cumQty?.eq(decimal(Math.max(...sums)))).toBe(true);
        expect(isDoubtful(after, said!)).toBe(Math.max(...sums) > 30);
      }),
    );
  });
});

describe('an order that has ended is in doubt', () => {
  const isInDoubt = (before: Order | null, after: Order, fields: object): boolean => {
    const said = saidBy(report(fields), { before, after, said: undefined });
    return said !== null && isDoubtful(after, said);
  };
  const [open, filled] = [orderAfter(accepted(), fill('40', '10')), orderAfter(accepted(), fill('100', '10'))];

  it.each([
    ['where a cancel does not say how many were filled', canceled(), 'CANCELED'],
    ['where an expiry does not', expired(), 'EXPIRED'],
    ['where a late reject does not', rejected(), 'REJECTED'],
  ])('%s', (_name, end, execType) => {
    const closed = take(open, end)!;
    expect(isInDoubt(open, closed, { execType })).toBe(true);
    expect(isInDoubt(open, closed, { execType, cumQty: '40' })).toBe(false);
    expect(isInDoubt(closed, closed, { execType })).toBe(false);
    expect(isInDoubt(open, closed, { execType: 'ORDER_STATUS', status: execType })).toBe(false);
  });

  it('not where nothing can be missing: it is filled, or was never worked', () => {
    expect(isInDoubt(open, filled, {})).toBe(false);
    const asked = orderAfter(placed());
    expect(isInDoubt(asked, take(asked, rejected())!, { execType: 'REJECTED' })).toBe(false);
  });

  it('where its trader’s request was not answered', () => {
    const asked = orderAfter(accepted(), cancelAsked('C2'));
    expect(isInDoubt(asked, take(asked, fill('100', '10'))!, { cumQty: '100' })).toBe(true);
    expect(isInDoubt(asked, take(asked, canceled())!, { execType: 'CANCELED', cumQty: '0' })).toBe(false);
  });
});

describe('a statement that is below what is counted', () => {
  const at = (second: number) => ({ transactTime: `2026-01-30T10:00:0${second}Z` });
  const order = orderAfter(accepted(), fill('40', '10', { execId: 'F1', ...at(2) }));
  const known = {
    execId: 'F1',
    execType: 'TRADE',
    execRefId: null,
    lastQty: decimal('40'),
    lastPx: decimal('10'),
  } as const;
  const stamp = `${new Date(at(2).transactTime).toISOString()} F1`;
  const fills: Fills = new Map([
    ['F1', { ...known, stamp, cumQty: null, derived: false, avgPx: null, covered: false }],
  ]);
  const below = (fields: object): boolean => isBelow(order, report({ execType: 'ORDER_STATUS', ...fields }), fills);

  it('tells of a bust that is missing, where it was made later than all that is known', () => {
    expect(below({ cumQty: '30', ...at(3) })).toBe(true);
    expect(below({ cumQty: '40', ...at(3) })).toBe(false);
    expect(below({ cumQty: '30', ...at(2) })).toBe(false);
    expect(below({ cumQty: '30' })).toBe(false);
    expect(below({ ...at(3) })).toBe(false);
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

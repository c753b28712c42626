import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, Decimal, printDecimal } from '../../src/kernel/decimal.ts';
import { readExact, writeExact } from '../../src/kernel/exact-json.ts';

describe('exact JSON', () => {
  it('writes decimals as plain strings and times as ISO 8601', () => {
    const written = writeExact({
      lastQty: decimal('1e-18'),
      price: decimal('-0'),
      receivedAt: new Date(0),
      price2: null,
    });
    expect(written).toBe(
      '{"lastQty":"0.000000000000000001","price":"0","receivedAt":"1970-01-01T00:00:00.000Z","price2":null}',
    );
  });

  it('reads decimals and times by the name of their field, and leaves other text alone', () => {
    const read = readExact(
      '{"terms":{"quantity":"100.5","price":null},"text":"12","transactTime":"2026-01-31T15:04:05.678Z"}',
    );
    const { terms, text, transactTime } = read as {
      terms: { quantity: unknown; price: unknown };
      text: unknown;
      transactTime: unknown;
    };
    expect(Decimal.isDecimal(terms.quantity) && printDecimal(terms.quantity)).toBe('100.5');
    expect(terms.price).toBeNull();
    expect(text).toBe('12');
    expect(transactTime).toEqual(new Date('2026-01-31T15:04:05.678Z'));
  });

  it.each(['quantity', 'notional', 'price', 'stopPx', 'lastQty', 'lastPx', 'cumQty', 'cumAmount', 'derivedQty'])(
    'reads %s as a decimal, wherever a request or an event has it',
    (name) => {
      const read = readExact(writeExact({ [name]: decimal('12.5') })) as Record<string, unknown>;
      expect(Decimal.isDecimal(read[name])).toBe(true);
    },
  );

  it('comes back as it was', () => {
    const decimals = fc
      .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.nat({ max: 18 }))
      .map(([digits, places]) => decimal(digits.toString()).div(decimal(10).pow(places)));
    const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') });
    const value = fc.record({
      type: fc.string(),
      text: fc.option(fc.string({ unit: 'grapheme' })),
      lastQty: decimals,
      opening: fc.option(
        fc.record({ terms: fc.record({ quantity: fc.option(decimals), stopPx: fc.option(decimals) }) }),
      ),
      receivedAt: time,
      transactTime: fc.option(time),
      version: fc.integer(),
      pending: fc.array(fc.record({ clOrdId: fc.string(), price: fc.option(decimals) })),
    });
    fc.assert(
      fc.property(value, (before) => {
        const after = readExact(writeExact(before)) as typeof before;
        expect(writeExact(after)).toBe(writeExact(before));
        expect(after.lastQty.eq(before.lastQty)).toBe(true);
        expect(after.receivedAt).toEqual(before.receivedAt);
        expect(after.text).toBe(before.text);
      }),
    );
  });
});

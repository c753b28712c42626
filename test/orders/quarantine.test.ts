import { describe, it } from 'vitest';
import { accepted, busted, canceled, corrected, fill, given, replaced, reported, TERMS } from './scenario.ts';

describe('a report that can’t be applied', () => {
  it('of an unknown order without its terms waits', () => {
    given().when(accepted({})).thenQuarantined('UNKNOWN_ORDER');
    given().when(fill('1', '10')).thenQuarantined('UNKNOWN_ORDER');
  });

  it.each(['symbol', 'side', 'orderType', 'timeInForce', 'assetClass', 'quantity'])(
    'of an unknown order without its %s waits',
    (name) => {
      given()
        .when(accepted({ ...TERMS, [name]: null }))
        .thenQuarantined('UNKNOWN_ORDER');
    },
  );

  it('of another order of the venue under the same clOrdId is a mismatch', () => {
    given(accepted())
      .when(fill('1', '10', { venueOrderId: 'V2' }))
      .thenQuarantined('ORDER_MISMATCH');
    given(accepted())
      .when(canceled({ venueOrderId: 'V2' }))
      .thenQuarantined('ORDER_MISMATCH');
  });

  it.each([
    ['a fill of nothing', fill('0', '10')],
    ['a fill of minus zero', fill('-0', '10')],
    ['a fill of less than nothing', fill('-1', '10')],
    ['a fill without a quantity', reported({ execType: 'TRADE', lastPx: '10' })],
    ['a fill without a price', reported({ execType: 'TRADE', lastQty: '1' })],
    ['a fill of a share at zero', fill('1', '0')],
    ['a fill of a share below zero', fill('1', '-0.01')],
    ['a quantity of zero', replaced({ quantity: '0' })],
    ['a quantity below zero', replaced({ quantity: '-5' })],
    ['an amount of zero', accepted({ ...TERMS, notional: '0' })],
    ['a pending cancel that names no request', reported({ execType: 'PENDING_CANCEL', clOrdId: null })],
    ['a pending replace that names no request', reported({ execType: 'PENDING_REPLACE', clOrdId: null })],
  ])('%s is invalid', (_name, report) => {
    given(accepted()).when(report).thenQuarantined('INVALID_REPORT');
  });

  it.each([busted('F1'), corrected('F1', '5', { lastPx: '10' })])(
    'a bust or correction of a fill that nobody knows waits for it',
    (report) => {
      given(accepted(), fill('5', '10')).when(report).thenQuarantined('UNKNOWN_EXECUTION');
      given(accepted())
        .when(reported({ execType: 'TRADE_CANCEL' }))
        .thenQuarantined('UNKNOWN_EXECUTION');
    },
  );

  it.each([
    ['no quantity', { lastQty: null, lastPx: '10' }],
    ['a quantity of zero', { lastQty: '0', lastPx: '10' }],
    ['no price', { lastQty: '5', lastPx: null }],
  ])('a correction to %s is invalid', (_name, numbers) => {
    given(accepted(), fill('5', '10', { execId: 'F1' }))
      .when(corrected('F1', '5', numbers))
      .thenQuarantined('INVALID_REPORT');
  });
});

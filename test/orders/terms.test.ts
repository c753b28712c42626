import { describe, it } from 'vitest';
import { accepted, BY_AMOUNT, canceled, fill, given, modified, placed, TERMS } from './scenario.ts';

describe('an order by amount', () => {
  it('has no quantity, and what is open is not known', () => {
    given()
      .when(accepted(BY_AMOUNT))
      .then({ status: 'NEW', quantity: null, notional: '1000', leavesQty: null, cumQty: '0' });
  });

  it('is filled in part until the venue says that it is complete', () => {
    given(accepted(BY_AMOUNT))
      .when(fill('1.5', '400', { status: 'PARTIALLY_FILLED' }))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '1.5', leavesQty: null, avgPx: '400' });
  });

  it.each([
    ['its status', { status: 'FILLED' }],
    ['nothing left', { leavesQty: '0' }],
  ])('is FILLED when the venue says so by %s', (_name, words) => {
    // (1.5 x 400 + 1 x 400) / 2.5
    given(accepted(BY_AMOUNT), fill('1.5', '400'))
      .when(fill('1', '400', words))
      .then({ status: 'FILLED', cumQty: '2.5', leavesQty: '0', avgPx: '400', overfillQty: null });
  });

  it('is FILLED when its last fill comes after a cancel: FIX ranks Filled above Canceled, whichever arrives first', () => {
    given(accepted(BY_AMOUNT), canceled())
      .when(fill('1', '400', { status: 'FILLED' }))
      .then({ status: 'FILLED', cumQty: '1' });
    given(accepted(BY_AMOUNT), canceled()).when(fill('1', '400')).then({ status: 'CANCELED', cumQty: '1' });
  });
});

describe('a new order', () => {
  it.each([
    ['neither quantity nor amount', { price: '10' }],
    ['both', { quantity: '1', notional: '1', orderType: 'MARKET' }],
    ['a quantity of zero', { quantity: '0', price: '10' }],
    ['a quantity below zero', { quantity: '-1', price: '10' }],
    ['an amount of zero', { notional: '0', orderType: 'MARKET' }],
    ['an amount below zero', { notional: '-1', orderType: 'MARKET' }],
    ['an amount and a limit', { notional: '1000', price: '10' }],
    ['a limit without its price', { quantity: '1' }],
    ['a market order with a price', { quantity: '1', orderType: 'MARKET', price: '10' }],
    ['a stop without its stop price', { quantity: '1', orderType: 'STOP' }],
    ['a limit with a stop price', { quantity: '1', price: '10', stopPx: '9' }],
    ['a stop limit without its price', { quantity: '1', orderType: 'STOP_LIMIT', stopPx: '9' }],
    ['a stop limit without its stop price', { quantity: '1', orderType: 'STOP_LIMIT', price: '9' }],
  ])('is refused with %s', (_name, terms) => {
    given().when(placed(terms)).thenRefused('INVALID_TERMS');
  });

  it.each([
    ['at market', { quantity: '1', orderType: 'MARKET' }],
    ['at market by amount', { notional: '1000', orderType: 'MARKET' }],
    ['a limit', { quantity: '1', price: '10' }],
    ['a stop', { quantity: '1', orderType: 'STOP', stopPx: '9' }],
    ['a stop limit', { quantity: '1', orderType: 'STOP_LIMIT', price: '10', stopPx: '9' }],
  ] as const)('is taken: %s', (_name, terms) => {
    given()
      .when(placed(terms))
      .then({ status: 'PENDING_NEW', ...terms });
  });

  it('has a price above zero, unless it is for a derivative', () => {
    given()
      .when(placed({ quantity: '1', price: '0' }))
      .thenRefused('INVALID_TERMS');
    given()
      .when(placed({ quantity: '1', price: '-1' }))
      .thenRefused('INVALID_TERMS');
    given()
      .when(placed({ quantity: '1', orderType: 'STOP', stopPx: '0' }))
      .thenRefused('INVALID_TERMS');
    given(accepted())
      .when(modified('C2', { price: '-1' }))
      .thenRefused('INVALID_TERMS');
    given(accepted({ ...TERMS, assetClass: 'FUTURE' }))
      .when(modified('C2', { price: '-37.63' }))
      .then({ status: 'PENDING_REPLACE' });
  });
});

import { describe, it } from 'vitest';
import {
  accepted,
  BY_AMOUNT,
  cancelAsked,
  canceled,
  cancelRejected,
  fill,
  given,
  modified,
  replaced,
  reported,
} from './scenario.ts';

describe('a cancel that was asked', () => {
  it('shows at once, with the quantities as they are', () => {
    given(accepted(), fill('40', '10'))
      .when(cancelAsked('C2'))
      .then({ status: 'PENDING_CANCEL', pendingAction: 'CANCEL', cumQty: '40', leavesQty: '60', clOrdId: 'C1' });
  });

  it('and done has no pending action any more', () => {
    given(accepted(), cancelAsked('C2'))
      .when(canceled({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .then({ status: 'CANCELED', pendingAction: null, leavesQty: '0', clOrdId: 'C1' });
  });

  it('and rejected leaves the order as it was', () => {
    given(accepted(), fill('40', '10'), cancelAsked('C2'))
      .when(cancelRejected({ clOrdId: 'C2', origClOrdId: 'C1', text: 'too late' }))
      .then({ status: 'PARTIALLY_FILLED', pendingAction: null, cumQty: '40', leavesQty: '60', text: 'too late' });
  });

  it('loses the race against a fill: pending until the venue says so, then FILLED', () => {
    given(accepted(), cancelAsked('C2'))
      .when(fill('100', '10'))
      .then({ status: 'PENDING_CANCEL', pendingAction: 'CANCEL', cumQty: '100', leavesQty: '0' });
    given(accepted(), cancelAsked('C2'), fill('100', '10'))
      .when(cancelRejected({ clOrdId: 'C2' }))
      .then({ status: 'FILLED', pendingAction: null, cumQty: '100', leavesQty: '0' });
  });

  it('is known when the venue acknowledges it', () => {
    given(accepted(), cancelAsked('C2'))
      .when(reported({ execType: 'PENDING_CANCEL', clOrdId: 'C2' }))
      .thenNothing();
  });

  it('elsewhere is told by the venue', () => {
    given(accepted())
      .when(reported({ execType: 'PENDING_CANCEL', clOrdId: 'C2' }))
      .then({ status: 'PENDING_CANCEL', pendingAction: 'CANCEL' });
  });

  it('acknowledged late tells nothing new: of a closed order, or of terms that are in force', () => {
    const late = reported({ execType: 'PENDING_CANCEL', clOrdId: 'C2' });
    given(accepted(), cancelAsked('C2'), canceled({ clOrdId: 'C2' }))
      .when(late)
      .thenNothing();
    given(accepted(), modified('C2', { price: '11' }), replaced({ clOrdId: 'C2' }))
      .when(reported({ execType: 'PENDING_REPLACE', clOrdId: 'C2' }))
      .thenNothing();
  });

  it('is refused while ten requests wait for an answer', () => {
    const asked = Array.from({ length: 10 }, (_, n) => cancelAsked(`C${n + 2}`));
    given(accepted(), ...asked.slice(1))
      .when(asked[0]!)
      .then({ status: 'PENDING_CANCEL' });
    given(accepted(), ...asked)
      .when(cancelAsked('C12'))
      .thenRefused('NOT_SUPPORTED');
    given(accepted(), ...asked)
      .when(modified('C12', { price: '11' }))
      .thenRefused('NOT_SUPPORTED');
  });

  it('is refused for a closed order', () => {
    given(accepted(), canceled()).when(cancelAsked('C2')).thenRefused('ORDER_CLOSED');
    given(accepted(), fill('100', '10')).when(cancelAsked('C2')).thenRefused('ORDER_CLOSED');
  });
});

describe('a replace that was asked', () => {
  it('shows at once, and the terms stay until the venue has taken it', () => {
    given(accepted())
      .when(modified('C2', { quantity: '150', price: '11' }))
      .then({ status: 'PENDING_REPLACE', pendingAction: 'REPLACE', quantity: '100', price: '10', clOrdId: 'C1' });
  });

  it('and accepted gives the order its new terms and its new clOrdId', () => {
    given(accepted(), fill('40', '10'), modified('C2', { quantity: '150', price: '11' }))
      .when(replaced({ clOrdId: 'C2', origClOrdId: 'C1', quantity: '150', price: '11' }))
      .then({
        ...{ status: 'PARTIALLY_FILLED', pendingAction: null, clOrdId: 'C2' },
        ...{ quantity: '150', price: '11', cumQty: '40', leavesQty: '110', avgPx: '10' },
      });
  });

  it('and accepted by a venue that says no terms gives it what was asked', () => {
    given(accepted(), modified('C2', { price: '11' }))
      .when(replaced({ clOrdId: 'C2' }))
      .then({ quantity: '100', price: '11', status: 'NEW' });
  });

  it('and rejected leaves the order and its clOrdId as they were', () => {
    given(accepted(), modified('C2', { price: '11' }))
      .when(cancelRejected({ clOrdId: 'C2', origClOrdId: 'C1', rejectReason: 'PRICE_EXCEEDS_BAND' }))
      .then({ status: 'NEW', pendingAction: null, price: '10', clOrdId: 'C1' });
  });

  it('races a fill, which counts against the new quantity', () => {
    given(accepted(), modified('C2', { quantity: '50' }))
      .when(fill('40', '10'))
      .then({ status: 'PENDING_REPLACE', cumQty: '40', leavesQty: '60' });
    given(accepted(), modified('C2', { quantity: '50' }), fill('40', '10'))
      .when(replaced({ clOrdId: 'C2', quantity: '50' }))
      .then({ status: 'PARTIALLY_FILLED', quantity: '50', cumQty: '40', leavesQty: '10' });
  });

  it('to what is filled by then is FILLED', () => {
    given(accepted(), modified('C2', { quantity: '50' }), fill('50', '10'))
      .when(replaced({ clOrdId: 'C2', quantity: '50' }))
      .then({ status: 'FILLED', cumQty: '50', leavesQty: '0', overfillQty: null });
  });

  it('to less than is filled by then is FILLED, and the excess is told', () => {
    given(accepted(), modified('C2', { quantity: '50' }), fill('60', '10'))
      .when(replaced({ clOrdId: 'C2', quantity: '50' }))
      .then({ status: 'FILLED', cumQty: '60', leavesQty: '0', overfillQty: '10' });
  });

  it('of a filled order opens it again with the larger quantity', () => {
    given(accepted(), modified('C2', { quantity: '150' }), fill('100', '10'))
      .when(replaced({ clOrdId: 'C2', quantity: '150' }))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '100', leavesQty: '50' });
  });

  it('gives way to a cancel in the status, and shows again when the cancel is rejected', () => {
    given(accepted(), modified('C2', { price: '11' }))
      .when(cancelAsked('C3'))
      .then({ status: 'PENDING_CANCEL' });
    given(accepted(), modified('C2', { price: '11' }), cancelAsked('C3'))
      .when(cancelRejected({ clOrdId: 'C3' }))
      .then({ status: 'PENDING_REPLACE', pendingAction: 'REPLACE' });
  });

  it('answered by a venue that names no request is the oldest one', () => {
    given(accepted(), modified('C2', { price: '11' }), cancelAsked('C3'))
      .when(cancelRejected({ clOrdId: null }))
      .then({ status: 'PENDING_CANCEL', pendingAction: 'CANCEL' });
  });

  it('by the venue itself may name a new id of the venue', () => {
    given(accepted())
      .when(replaced({ venueOrderId: 'V2', clOrdId: 'C2', origClOrdId: 'C1', price: '12' }))
      .then({ venueOrderId: 'V2', clOrdId: 'C2', price: '12', quantity: '100', status: 'NEW' });
  });

  it.each([
    ['nothing to change', {}, 'INVALID_TERMS'],
    ['a quantity of zero', { quantity: '0' }, 'INVALID_TERMS'],
    ['a quantity below zero', { quantity: '-1' }, 'INVALID_TERMS'],
    ['the quantity that is filled', { quantity: '40' }, 'INVALID_TERMS'],
    ['less than is filled', { quantity: '39' }, 'INVALID_TERMS'],
    ['a stop price of a limit order', { stopPx: '9' }, 'INVALID_TERMS'],
  ] as const)('is refused with %s', (_name, change, code) => {
    given(accepted(), fill('40', '10')).when(modified('C2', change)).thenRefused(code);
  });

  it('is refused for a closed order and for the quantity of an order by amount', () => {
    given(accepted(), canceled())
      .when(modified('C2', { price: '11' }))
      .thenRefused('ORDER_CLOSED');
    given(accepted(BY_AMOUNT))
      .when(modified('C2', { quantity: '1' }))
      .thenRefused('NOT_SUPPORTED');
    given(accepted(BY_AMOUNT))
      .when(modified('C2', { price: '1' }))
      .thenRefused('INVALID_TERMS');
  });
});

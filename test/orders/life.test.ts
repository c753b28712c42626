import { describe, it } from 'vitest';
import { accepted, canceled, expired, fill, given, pendingNew, placed, rejected, TERMS } from './scenario.ts';

describe('an order', () => {
  it('placed by its trader waits for the venue', () => {
    given()
      .when(placed())
      .then({ status: 'PENDING_NEW', cumQty: '0', leavesQty: '100', avgPx: null, platform: 'WEB', venueOrderId: null });
  });

  it('reported by a venue before it was placed here is opened by the report', () => {
    given()
      .when(pendingNew())
      .then({ status: 'PENDING_NEW', platform: 'API', symbol: 'AAPL', price: '10', clOrdId: 'C1' });
  });

  it('that the venue takes is NEW, and the venue’s id of it is learnt', () => {
    given(placed())
      .when(accepted({}))
      .then({ status: 'NEW', venueOrderId: 'V1', cumQty: '0', leavesQty: '100', avgPx: null });
  });

  it('keeps its terms, whatever an acknowledgement says of them', () => {
    given(placed())
      .when(accepted({ ...TERMS, quantity: '999', symbol: 'MSFT' }))
      .then({ quantity: '100', symbol: 'AAPL' });
  });

  it('filled in part has an average price and the rest open', () => {
    given(placed(), accepted({}))
      .when(fill('40', '10'))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '40', leavesQty: '60', avgPx: '10', overfillQty: null });
  });

  it('filled in part again has the mean of both, weighted', () => {
    // (40 x 10 + 20 x 11.5) / 60 = 630 / 60
    given(placed(), accepted({}), fill('40', '10'))
      .when(fill('20', '11.5'))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '60', leavesQty: '40', avgPx: '10.5' });
  });

  it('shows an average that never ends to 18 decimals', () => {
    // (1 x 10 + 2 x 10.5) / 3 = 31 / 3
    given(accepted(), fill('1', '10'))
      .when(fill('2', '10.5'))
      .then({ cumQty: '3', leavesQty: '97', avgPx: '10.333333333333333333' });
  });

  it('filled to its quantity is FILLED', () => {
    // (40 x 10 + 60 x 11) / 100 = 1060 / 100
    given(placed(), accepted({}), fill('40', '10'))
      .when(fill('60', '11'))
      .then({ status: 'FILLED', cumQty: '100', leavesQty: '0', avgPx: '10.6', overfillQty: null });
  });

  it('is filled by decimals that a JavaScript number would miss', () => {
    given(accepted({ ...TERMS, quantity: '0.3' }), fill('0.1', '0.1'))
      .when(fill('0.2', '0.1'))
      .then({ status: 'FILLED', cumQty: '0.3', leavesQty: '0', avgPx: '0.1' });
    const almost = '99999999999999999999.999999999999999998';
    given(accepted({ ...TERMS, quantity: '99999999999999999999.999999999999999999' }))
      .when(fill(almost, '1'))
      .then({ status: 'PARTIALLY_FILLED', cumQty: almost, leavesQty: '0.000000000000000001', avgPx: '1' });
  });

  it('canceled with a part filled keeps the part, and nothing is open', () => {
    given(accepted(), fill('40', '10'))
      .when(canceled({ text: 'by its trader' }))
      .then({ status: 'CANCELED', cumQty: '40', leavesQty: '0', avgPx: '10', text: 'by its trader' });
  });

  it('rejected tells why', () => {
    given(placed())
      .when(rejected({ rejectReason: 'UNKNOWN_SYMBOL', text: 'no such symbol' }))
      .then({
        status: 'REJECTED',
        rejectReason: 'UNKNOWN_SYMBOL',
        text: 'no such symbol',
        leavesQty: '0',
        cumQty: '0',
      });
  });

  it('rejected without a reason has the reason OTHER', () => {
    given(placed()).when(rejected()).then({ status: 'REJECTED', rejectReason: 'OTHER' });
  });

  it('expired keeps what was filled', () => {
    given(accepted(), fill('1', '10'))
      .when(expired())
      .then({ status: 'EXPIRED', cumQty: '1', leavesQty: '0', avgPx: '10' });
  });

  it('of an option may be filled at zero or below, and its average is exact', () => {
    // (1 x 0 + 3 x -2) / 4 = -6 / 4
    given(accepted({ ...TERMS, assetClass: 'OPTION' }), fill('1', '0'))
      .when(fill('3', '-2'))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '4', avgPx: '-1.5' });
  });

  it('keeps the venue’s last words until it says others', () => {
    given(accepted({ ...TERMS, text: 'resting' }))
      .when(fill('1', '10'))
      .then({ text: 'resting' });
    given(accepted({ ...TERMS, text: 'resting' }))
      .when(fill('1', '10', { text: 'hit' }))
      .then({ text: 'hit' });
  });
});

describe('reports out of order', () => {
  it('a fill before the acknowledgement counts, and the order is known to be taken', () => {
    given(placed()).when(fill('40', '10')).then({ status: 'PARTIALLY_FILLED', cumQty: '40', venueOrderId: 'V1' });
  });

  it('a NEW after a fill tells nothing new', () => {
    given(placed(), fill('40', '10')).when(accepted({})).thenNothing();
  });

  it('a NEW after a fill that left the venue’s id out teaches it, and the status stays', () => {
    given(placed(), fill('40', '10', { venueOrderId: null }))
      .when(accepted({}))
      .then({ status: 'PARTIALLY_FILLED', venueOrderId: 'V1', cumQty: '40' });
  });

  it('a second NEW or PENDING_NEW tells nothing new', () => {
    given(accepted()).when(accepted()).thenNothing();
    given(accepted()).when(pendingNew()).thenNothing();
  });

  it('a fill after the cancel counts, and the order stays CANCELED', () => {
    // (40 x 10 + 10 x 12) / 50 = 520 / 50
    given(accepted(), fill('40', '10'), canceled())
      .when(fill('10', '12'))
      .then({ status: 'CANCELED', cumQty: '50', leavesQty: '0', avgPx: '10.4' });
  });

  it('a cancel of what is filled leaves it FILLED', () => {
    given(accepted(), fill('100', '10')).when(canceled()).then({ status: 'FILLED', cumQty: '100', leavesQty: '0' });
  });

  it('the first end of an order stays its end', () => {
    given(accepted(), canceled()).when(expired()).then({ status: 'CANCELED' });
    given(accepted(), expired()).when(canceled()).then({ status: 'EXPIRED' });
  });

  it('a cancel of an order that nobody knows opens it, canceled', () => {
    given().when(canceled(TERMS)).then({ status: 'CANCELED', cumQty: '0', leavesQty: '0' });
    given(canceled(TERMS)).when(accepted()).then({ status: 'CANCELED', leavesQty: '0' });
  });

  it('a fill of an order that nobody knows opens it, filled in part', () => {
    given()
      .when(fill('5', '10', TERMS))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '5', leavesQty: '95', avgPx: '10' });
  });

  it('a fill beyond the quantity counts, and the excess is told', () => {
    // (100 x 10 + 20 x 10.6) / 120 = 1212 / 120
    given(accepted(), fill('100', '10'))
      .when(fill('20', '10.6'))
      .then({ status: 'FILLED', cumQty: '120', leavesQty: '0', avgPx: '10.1', overfillQty: '20' });
  });

  it('the venue’s own view of the order does not replace ours', () => {
    given(accepted())
      .when(fill('40', '10', { cumQty: '90', leavesQty: '10', avgPx: '7', status: 'FILLED' }))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '40', leavesQty: '60', avgPx: '10' });
  });
});

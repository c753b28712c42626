import {
  canceled,
  cancelReject,
  doneForDay,
  GTC,
  isNew,
  type Matrix,
  matrix,
  ORDER,
  pendingCancel,
  pendingReplace,
  replaced,
  restated,
  trade,
} from './matrix.ts';
import type { Fields } from './scenario.ts';

/** What appendix D leaves out, in the form of its matrices. Status by OrdStatus precedence, numbers by hand. */

const bust = (execRefId: string, more: Fields = {}): Fields => ({ execType: 'TRADE_CANCEL', execRefId, ...more });
const correct = (execRefId: string, lastQty: string, lastPx: string): Fields => ({
  ...{ execType: 'TRADE_CORRECT', execRefId, lastQty, lastPx },
});

const ENDS: readonly Matrix[] = [
  matrix('overfill', 'an order is filled beyond its quantity', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('9000', '10'), 'PARTIALLY_FILLED 10000 9000 1000 10'],
    // (90000 + 3000 x 14) / 12000
    [trade('3000', '14'), 'FILLED 10000 12000 0 11'],
  ]),
  matrix('late reject', 'an order is rejected after it was acknowledged', [
    [{ execType: 'PENDING_NEW' }, 'PENDING_NEW 10000 0 10000 -'],
    [isNew, 'NEW 10000 0 10000 -'],
    [{ execType: 'REJECTED', rejectReason: 'OTHER' }, 'REJECTED 10000 0 0 -'],
  ]),
  matrix('expiry', 'an order expires with a part filled, and a fill of before comes late', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [{ execType: 'EXPIRED' }, 'EXPIRED 10000 1000 0 10'],
    // (10000 + 1000 x 12) / 2000
    [trade('1000', '12'), 'EXPIRED 10000 2000 0 11'],
  ]),
  matrix('two ends', 'an order is canceled, and the venue lets it expire as well', [
    [isNew, 'NEW 10000 0 10000 -'],
    [{ execType: 'CANCELED' }, 'CANCELED 10000 0 0 -'],
    [{ execType: 'EXPIRED' }, 'CANCELED 10000 0 0 -'],
  ]),
  matrix('cancel and replace', 'both are asked, and both accepted', [
    [isNew, 'NEW 10000 0 10000 -'],
    [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 0 10000 -'],
    [pendingCancel('C3', 'C1'), 'PENDING_CANCEL 10000 0 10000 -'],
    [replaced('C2', 'C1', { quantity: '12000', price: '51' }), 'PENDING_CANCEL 12000 0 12000 -'],
    [trade('1000', '10', { clOrdId: 'C2' }), 'PENDING_CANCEL 12000 1000 11000 10'],
    [canceled('C3', 'C2'), 'CANCELED 12000 1000 0 10'],
  ]),
  matrix('cancel and replace', 'both are asked, and only the replace is accepted', [
    [isNew, 'NEW 10000 0 10000 -'],
    [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 0 10000 -'],
    [pendingReplace('C3', 'C1'), 'PENDING_CANCEL 10000 0 10000 -'],
    [cancelReject('C2', 'C1'), 'PENDING_REPLACE 10000 0 10000 -'],
    [replaced('C3', 'C1', { quantity: '8000' }), 'NEW 8000 0 8000 -'],
    [replaced('C4', 'C3', { price: '49' }), 'NEW 8000 0 8000 -'],
  ]),
];

const FILL_CHANGES: readonly Matrix[] = [
  matrix('bust', 'a fill of a filled order is busted, and the venue works the order no more', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('9000', '10', { execId: 'F1' }), 'PARTIALLY_FILLED 10000 9000 1000 10'],
    [trade('1000', '20', { execId: 'F2' }), 'FILLED 10000 10000 0 11'],
    [bust('F1', { leavesQty: '0', status: 'CANCELED' }), 'CANCELED 10000 1000 0 20'],
  ]),
  matrix('bust', 'the same while a cancel is under way, which the end of the order answers', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '10', { execId: 'F1' }), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 1000 9000 10'],
    [bust('F1', { leavesQty: '0', status: 'CANCELED' }), 'CANCELED 10000 0 0 -'],
  ]),
  matrix('corrections', 'a fill is corrected twice, each time by its first execId', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '10', { execId: 'F1' }), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [correct('F1', '2000', '11'), 'PARTIALLY_FILLED 10000 2000 8000 11'],
    [correct('F1', '3000', '12'), 'PARTIALLY_FILLED 10000 3000 7000 12'],
  ]),
  matrix('corrections', 'a fill is corrected and busted, and another one stays', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '10', { execId: 'F1' }), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [trade('1000', '30', { execId: 'F2' }), 'PARTIALLY_FILLED 10000 2000 8000 20'],
    [correct('F1', '9000', '20'), 'FILLED 10000 10000 0 21'],
    [bust('F1'), 'PARTIALLY_FILLED 10000 1000 9000 30'],
  ]),
  {
    ...matrix('by amount', 'an order by amount is complete, and then its last fill busted', [
      [isNew, 'NEW - 0 - -'],
      [trade('1.5', '400'), 'PARTIALLY_FILLED - 1.5 - 400'],
      [trade('1', '410', { execId: 'F2', status: 'FILLED' }), 'FILLED - 2.5 0 404'],
      [bust('F2'), 'PARTIALLY_FILLED - 1.5 - 400'],
    ]),
    order: { ...ORDER, orderType: 'MARKET', quantity: null, price: null, notional: '1000' },
  },
];

const SESSIONS: readonly Matrix[] = [
  matrix('halt', 'an order is suspended in a halt, and worked again', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [{ execType: 'SUSPENDED' }, 'SUSPENDED 10000 1000 9000 10'],
    [restated(), 'PARTIALLY_FILLED 10000 1000 9000 10'],
  ]),
  matrix('halt', 'an order is suspended in a halt, and canceled', [
    [isNew, 'NEW 10000 0 10000 -'],
    [{ execType: 'SUSPENDED' }, 'SUSPENDED 10000 0 10000 -'],
    [{ execType: 'CANCELED' }, 'CANCELED 10000 0 0 -'],
  ]),
  {
    ...matrix('days', 'an order of several days is acknowledged again each morning', [
      [isNew, 'NEW 10000 0 10000 -'],
      [doneForDay, 'DONE_FOR_DAY 10000 0 10000 -'],
      [isNew, 'NEW 10000 0 10000 -'],
      [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
      [doneForDay, 'DONE_FOR_DAY 10000 1000 9000 10'],
      [isNew, 'PARTIALLY_FILLED 10000 1000 9000 10'],
    ]),
    order: GTC,
  },
  {
    ...matrix('days', 'the guarantee of one day ends with the acknowledgement of the next', [
      [isNew, 'NEW 10000 0 10000 -'],
      [{ execType: 'STOPPED' }, 'STOPPED 10000 0 10000 -'],
      [doneForDay, 'DONE_FOR_DAY 10000 0 10000 -'],
      [isNew, 'NEW 10000 0 10000 -'],
      [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    ]),
    order: GTC,
  },
];

export const LIVES: readonly Matrix[] = [...ENDS, ...FILL_CHANGES, ...SESSIONS];

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
  type Row,
  trade,
} from './matrix.ts';
import { cancelAsked, modified } from './scenario.ts';

/**
 * Groups E (unsolicited changes) and H (orders of several days) of FIX 4.4, volume 4, appendix D. The prices are ours.
 *
 * E.1.a onixs.biz/fix-dictionary/4.4/app_dE.1.a.html
 * E.1.b onixs.biz/fix-dictionary/5.0/app_de.1.b.html
 * E.1.c onixs.biz/fix-dictionary/5.0.sp2/app_de.1.c.html
 * E.1.d onixs.biz/fix-dictionary/4.2/app_d21.html
 * E.1.e onixs.biz/fix-dictionary/5.0.SP2/app_dE.1.e.html
 * E.1.f onixs.biz/fix-dictionary/5.0.sp2/app_de.1.f.html
 * H.1.a onixs.biz/fix-dictionary/4.2/app_d27.html
 * H.1.c onixs.biz/fix-dictionary/5.0.sp2.ep272/app_dh.1.c.html
 * H.1.d onixs.biz/fix-dictionary/5.0.sp2.ep264/app_dH.1.d.html
 */
export const UNSOLICITED: readonly Matrix[] = [
  {
    // Nobody needs a ClOrdID for it. The page has nothing open in its first row, which its next row contradicts.
    ...matrix('E.1.a', 'an order is given by telephone', [
      [{ execType: 'NEW', clOrdId: null }, 'NEW 10000 0 10000 -'],
      [trade('2000', '10', { clOrdId: null }), 'PARTIALLY_FILLED 10000 2000 8000 10'],
      // (20000 + 1000 x 13) / 3000
      [trade('1000', '13', { clOrdId: null }), 'PARTIALLY_FILLED 10000 3000 7000 11'],
      // (33000 + 7000 x 15.1) / 10000
      [trade('7000', '15.1', { clOrdId: null }), 'FILLED 10000 10000 0 13.87'],
    ]),
    order: { ...ORDER, clOrdId: null },
  },
  matrix('E.1.b', 'an order is canceled by telephone', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [{ execType: 'CANCELED' }, 'CANCELED 10000 1000 0 10'],
  ]),
  matrix('E.1.c', 'an order is increased by telephone, twice', [
    [isNew, 'NEW 10000 0 10000 -'],
    [restated({ quantity: '11000' }), 'NEW 11000 0 11000 -'],
    [trade('1000', '10'), 'PARTIALLY_FILLED 11000 1000 10000 10'],
    [restated({ quantity: '12000' }), 'PARTIALLY_FILLED 12000 1000 11000 10'],
  ]),
  matrix('E.1.d', 'the venue takes a part of the order only', [
    [isNew, 'NEW 10000 0 10000 -'],
    [restated({ quantity: '9000' }), 'NEW 9000 0 9000 -'],
    [trade('9000', '10'), 'FILLED 9000 9000 0 10'],
  ]),
  matrix('E.1.e', 'an order that is to be the best or none is not the best any more', [
    [isNew, 'NEW 10000 0 10000 -'],
    [canceled('C1', 'C1'), 'CANCELED 10000 0 0 -'],
  ]),
  // The contract has no execType for "triggered by the system", which is a row without a change on the page.
  {
    ...matrix('E.1.f', 'an order is held until its stop price is reached', [
      [isNew, 'NEW 10000 0 10000 -'],
      [trade('2000', '10'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
      // (20000 + 8000 x 15) / 10000
      [trade('8000', '15'), 'FILLED 10000 10000 0 14'],
    ]),
    order: { ...ORDER, orderType: 'STOP', price: null, stopPx: '9' },
  },
];

const renewed: readonly Row[] = [
  [isNew, 'NEW 10000 0 10000 -'],
  [trade('2000', '10'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
  [doneForDay, 'DONE_FOR_DAY 10000 2000 8000 10'],
  [restated(), 'PARTIALLY_FILLED 10000 2000 8000 10'],
];

const cancelOnNextDay: readonly Row[] = [
  ...renewed,
  [cancelAsked('C2'), 'PARTIALLY_FILLED 10000 2000 8000 10', 'PENDING_CANCEL'],
];

const increaseOnNextDay: readonly Row[] = [
  ...renewed,
  [modified('C2', { quantity: '15000' }), 'PARTIALLY_FILLED 10000 2000 8000 10', 'PENDING_REPLACE'],
];
const increasePending: readonly Row[] = [
  ...increaseOnNextDay,
  [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 2000 8000 10'],
  // (20000 + 1000 x 16) / 3000
  [trade('1000', '16'), 'PENDING_REPLACE 10000 3000 7000 12'],
];

export const DAYS: readonly Matrix[] = [
  {
    ...matrix('H.1.a', 'an order is renewed and filled in part on the next day', [
      ...renewed,
      [trade('1000', '16'), 'PARTIALLY_FILLED 10000 3000 7000 12'],
    ]),
    order: GTC,
  },
  {
    ...matrix('H.1.c', 'an order is renewed and canceled on the next day', [
      ...cancelOnNextDay,
      [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 2000 8000 10'],
      [canceled('C2', 'C1'), 'CANCELED 10000 2000 0 10'],
    ]),
    order: GTC,
  },
  {
    ...matrix('H.1.c', 'its cancel is refused at once', [
      ...cancelOnNextDay,
      [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
    ]),
    order: GTC,
  },
  {
    ...matrix('H.1.c', 'its cancel is refused after it was pending', [
      ...cancelOnNextDay,
      [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 2000 8000 10'],
      [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
    ]),
    order: GTC,
  },
  {
    ...matrix('H.1.d', 'an order is renewed and increased on the next day', [
      ...increasePending,
      [replaced('C2', 'C1', { quantity: '15000' }), 'PARTIALLY_FILLED 15000 3000 12000 12'],
    ]),
    order: GTC,
  },
  {
    ...matrix('H.1.d', 'the increase is refused at once', [
      ...increaseOnNextDay,
      [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
    ]),
    order: GTC,
  },
  {
    ...matrix('H.1.d', 'the increase is refused after it was pending', [
      ...increasePending,
      [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 3000 7000 12'],
    ]),
    order: GTC,
  },
];

import { canceled, cancelReject, isNew, type Matrix, matrix, pendingCancel, type Row, trade } from './matrix.ts';
import { cancelAsked } from './scenario.ts';

/**
 * Group B (cancellations) of FIX 4.4, volume 4, appendix D. The prices are ours.
 *
 * B.1.a onixs.biz/fix-dictionary/4.2/app_d3.html
 * B.1.b onixs.biz/fix-dictionary/4.4/app_db.1.b.html
 * B.1.c onixs.biz/fix-dictionary/5.0/app_db.1.c.html
 * B.1.e onixs.biz/fix-dictionary/5.0.sp1/app_db.1.e.html
 */

const unfilled: readonly Row[] = [
  [isNew, 'NEW 10000 0 10000 -'],
  [cancelAsked('C2'), 'NEW 10000 0 10000 -', 'PENDING_CANCEL'],
];

const partlyFilled: readonly Row[] = [
  [isNew, 'NEW 10000 0 10000 -'],
  [trade('2000', '10'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
  [cancelAsked('C2'), 'PARTIALLY_FILLED 10000 2000 8000 10', 'PENDING_CANCEL'],
  // (20000 + 3000 x 12) / 5000; this execution passes the request on its way.
  [trade('3000', '12'), 'PARTIALLY_FILLED 10000 5000 5000 11.2', 'PENDING_CANCEL'],
];

const pending: readonly Row[] = [...partlyFilled, [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 5000 5000 11.2']];

const filledWhilePending: readonly Row[] = [
  ...pending,
  // (56000 + 1000 x 16) / 6000
  [trade('1000', '16'), 'PENDING_CANCEL 10000 6000 4000 12'],
];

export const CANCELS: readonly Matrix[] = [
  matrix('B.1.a', 'an order without a fill is canceled', [
    ...unfilled,
    [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 0 10000 -'],
    [canceled('C2', 'C1'), 'CANCELED 10000 0 0 -'],
  ]),
  matrix('B.1.a', 'its cancel is refused at once', [...unfilled, [cancelReject('C2', 'C1'), 'NEW 10000 0 10000 -']]),
  matrix('B.1.a', 'its cancel is refused after it was pending', [
    ...unfilled,
    [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 0 10000 -'],
    [cancelReject('C2', 'C1'), 'NEW 10000 0 10000 -'],
  ]),
  matrix('B.1.b', 'an order that goes on being filled is canceled', [
    ...filledWhilePending,
    [canceled('C2', 'C1'), 'CANCELED 10000 6000 0 12'],
  ]),
  matrix('B.1.b', 'its cancel is refused at once', [
    ...partlyFilled,
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 5000 5000 11.2'],
  ]),
  matrix('B.1.b', 'its cancel is refused after it was pending', [
    ...filledWhilePending,
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 6000 4000 12'],
  ]),
  matrix('B.1.c', 'an order is filled before it can be canceled', [
    ...pending,
    // (56000 + 5000 x 14) / 10000
    [trade('5000', '14'), 'PENDING_CANCEL 10000 10000 0 12.6'],
    [cancelReject('C2', 'C1', { rejectReason: 'OTHER' }), 'FILLED 10000 10000 0 12.6'],
  ]),
  matrix('B.1.e', 'a cancel crosses the acknowledgement', [
    [cancelAsked('C2'), 'PENDING_NEW 10000 0 10000 -', 'PENDING_CANCEL'],
    [isNew, 'NEW 10000 0 10000 -', 'PENDING_CANCEL'],
    [pendingCancel('C2', 'C1'), 'PENDING_CANCEL 10000 0 10000 -'],
    [canceled('C2', 'C1'), 'CANCELED 10000 0 0 -'],
  ]),
];

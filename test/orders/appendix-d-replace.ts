import { cancelReject, isNew, type Matrix, matrix, pendingReplace, replaced, type Row, trade } from './matrix.ts';
import { modified } from './scenario.ts';

/**
 * Group C (modifications) of FIX 4.4, volume 4, appendix D. The prices are ours.
 *
 * C.1.b onixs.biz/fix-dictionary/5.0.sp1/app_dc.1.b.html
 * C.2.a onixs.biz/fix-dictionary/4.4/app_dc.2.a.html
 * C.3.a onixs.biz/fix-dictionary/5.0.sp2.ep287/app_dC.3.a.html
 * C.3.b onixs.biz/fix-dictionary/4.3/app_d13.html
 * C.3.c onixs.biz/fix-dictionary/5.0.sp2/app_dc.3.c.html
 * C.1.a and C.1.c are described, without their rows, in onixs.biz/fix-dictionary/4.2/app_d.html (D6, D8); the numbers
 * are ours. J.1.a has the rows of a filled order that is increased (appendix-d-busts.ts).
 */

const up = (quantity: string) => modified('C2', { quantity });

const increased: readonly Row[] = [
  [isNew, 'NEW 10000 0 10000 -'],
  [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
  [up('12000'), 'PARTIALLY_FILLED 10000 1000 9000 10', 'PENDING_REPLACE'],
];
const increasedFilling: readonly Row[] = [
  ...increased,
  [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 1000 9000 10'],
  // (10000 + 100 x 21) / 1100
  [trade('100', '21'), 'PENDING_REPLACE 10000 1100 8900 11'],
];

const decreased: readonly Row[] = [
  [isNew, 'NEW 10000 0 10000 -'],
  [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
  [up('8000'), 'PARTIALLY_FILLED 10000 1000 9000 10', 'PENDING_REPLACE'],
  // (10000 + 500 x 13) / 1500
  [trade('500', '13'), 'PARTIALLY_FILLED 10000 1500 8500 11', 'PENDING_REPLACE'],
];
const decreasedFilling: readonly Row[] = [
  ...decreased,
  [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 1500 8500 11'],
  // (16500 + 100 x 27) / 1600
  [trade('100', '27'), 'PENDING_REPLACE 10000 1600 8400 12'],
];

const INCREASES: readonly Matrix[] = [
  matrix('C.1.a', 'an order without a fill is increased', [
    [isNew, 'NEW 10000 0 10000 -'],
    [up('11000'), 'NEW 10000 0 10000 -', 'PENDING_REPLACE'],
    [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 0 10000 -'],
    [replaced('C2', 'C1', { quantity: '11000' }), 'NEW 11000 0 11000 -'],
    [trade('1000', '10', { clOrdId: 'C2' }), 'PARTIALLY_FILLED 11000 1000 10000 10'],
    // (10000 + 2000 x 13) / 3000
    [trade('2000', '13', { clOrdId: 'C2' }), 'PARTIALLY_FILLED 11000 3000 8000 12'],
  ]),
  matrix('C.1.b', 'an order that goes on being filled is increased', [
    ...increasedFilling,
    [replaced('C2', 'C1', { quantity: '12000' }), 'PARTIALLY_FILLED 12000 1100 10900 11'],
    // (12100 + 10900 x 23) / 12000 = 262800 / 12000
    [trade('10900', '23', { clOrdId: 'C2' }), 'FILLED 12000 12000 0 21.9'],
  ]),
  matrix('C.1.b', 'the increase is refused at once', [
    ...increased,
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
  ]),
  matrix('C.1.b', 'the increase is refused after it was pending', [
    ...increasedFilling,
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 1100 8900 11'],
  ]),
  matrix('C.1.c', 'a filled order is increased, and so opened again', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('10000', '10'), 'FILLED 10000 10000 0 10'],
    [up('12000'), 'FILLED 10000 10000 0 10', 'PENDING_REPLACE'],
    [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 10000 0 10'],
    [replaced('C2', 'C1', { quantity: '12000' }), 'PARTIALLY_FILLED 12000 10000 2000 10'],
    // (100000 + 2000 x 16) / 12000
    [trade('2000', '16', { clOrdId: 'C2' }), 'FILLED 12000 12000 0 11'],
  ]),
];

const OTHERS: readonly Matrix[] = [
  matrix('C.2.a', 'a change of the price is refused, because the order was filled meanwhile', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [modified('C2', { price: '51' }), 'PARTIALLY_FILLED 10000 1000 9000 10', 'PENDING_REPLACE'],
    // (10000 + 9000 x 9) / 10000
    [trade('9000', '9'), 'FILLED 10000 10000 0 9.1', 'PENDING_REPLACE'],
    [cancelReject('C2', 'C1', { rejectReason: 'OTHER' }), 'FILLED 10000 10000 0 9.1'],
  ]),
];

const DECREASES: readonly Matrix[] = [
  matrix('C.3.a', 'an order is decreased to more than is filled, and then filled', [
    ...decreasedFilling,
    [replaced('C2', 'C1', { quantity: '8000' }), 'PARTIALLY_FILLED 8000 1600 6400 12'],
    // (19200 + 6400 x 17) / 8000
    [trade('6400', '17', { clOrdId: 'C2' }), 'FILLED 8000 8000 0 16'],
  ]),
  matrix('C.3.a', 'the decrease is refused at once', [
    ...decreased,
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 1500 8500 11'],
  ]),
  matrix('C.3.a', 'the decrease is refused after it was pending', [
    ...decreasedFilling,
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 1600 8400 12'],
  ]),
  matrix('C.3.b', 'an order is decreased to what was filled meanwhile', [
    [isNew, 'NEW 10000 0 10000 -'],
    [up('7000'), 'NEW 10000 0 10000 -', 'PENDING_REPLACE'],
    [trade('7000', '10'), 'PARTIALLY_FILLED 10000 7000 3000 10', 'PENDING_REPLACE'],
    [replaced('C2', 'C1', { quantity: '7000' }), 'FILLED 7000 7000 0 10'],
  ]),
  matrix('C.3.c', 'an order is decreased to less than was filled meanwhile: to what is filled', [
    [isNew, 'NEW 10000 0 10000 -'],
    [up('7000'), 'NEW 10000 0 10000 -', 'PENDING_REPLACE'],
    [trade('8000', '10'), 'PARTIALLY_FILLED 10000 8000 2000 10', 'PENDING_REPLACE'],
    [replaced('C2', 'C1', { quantity: '8000' }), 'FILLED 8000 8000 0 10'],
  ]),
];

export const REPLACES: readonly Matrix[] = [...INCREASES, ...OTHERS, ...DECREASES];

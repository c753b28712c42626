import { cancelReject, isNew, type Matrix, matrix, pendingReplace, replaced, type Row, trade } from './matrix.ts';
import { modified } from './scenario.ts';

/**
 * Group D (sequences and chains of modifications) of FIX 4.4, volume 4, appendix D. The prices are ours.
 *
 * D.1.a onixs.biz/fix-dictionary/4.3/app_d15.html
 * D.1.b onixs.biz/fix-dictionary/4.3/app_d16.html
 * D.1.c onixs.biz/fix-dictionary/4.2/app_d15.html
 * D.2.b onixs.biz/fix-dictionary/5.0.sp2/app_dD.2.b.html
 * D.2.c onixs.biz/fix-dictionary/4.3/app_d21.html
 * D.2.a is described, without its rows, in onixs.biz/fix-dictionary/4.2/app_d.html (D16): D.2.b, answered one by one.
 */

const begun: readonly Row[] = [
  [isNew, 'NEW 10000 0 10000 -'],
  [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
  [modified('C2', { quantity: '8000' }), 'PARTIALLY_FILLED 10000 1000 9000 10', 'PENDING_REPLACE'],
];

/** The second request of a sequence, after 3500 were filled and the first one was refused: of the order’s first terms. */
const refusedThenReplaced: readonly Row[] = [
  [modified('C3', { quantity: '6000' }), 'PARTIALLY_FILLED 10000 3500 6500 15', 'PENDING_REPLACE'],
  [pendingReplace('C3', 'C1'), 'PENDING_REPLACE 10000 3500 6500 15'],
  [replaced('C3', 'C1', { quantity: '6000' }), 'PARTIALLY_FILLED 6000 3500 2500 15'],
  // (52500 + 1500 x 5) / 5000
  [trade('1500', '5', { clOrdId: 'C3' }), 'PARTIALLY_FILLED 6000 5000 1000 12'],
];

const SEQUENCES: readonly Matrix[] = [
  matrix('D.1.a', 'two replaces, one after the other, are both accepted', [
    ...begun,
    [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 1000 9000 10'],
    // (10000 + 500 x 13) / 1500
    [trade('500', '13'), 'PENDING_REPLACE 10000 1500 8500 11'],
    [replaced('C2', 'C1', { quantity: '8000' }), 'PARTIALLY_FILLED 8000 1500 6500 11'],
    // (16500 + 2000 x 18) / 3500
    [trade('2000', '18', { clOrdId: 'C2' }), 'PARTIALLY_FILLED 8000 3500 4500 15'],
    [modified('C3', { quantity: '6000' }), 'PARTIALLY_FILLED 8000 3500 4500 15', 'PENDING_REPLACE'],
    [pendingReplace('C3', 'C2'), 'PENDING_REPLACE 8000 3500 4500 15'],
    // (52500 + 500 x 7) / 4000
    [trade('500', '7', { clOrdId: 'C2' }), 'PENDING_REPLACE 8000 4000 4000 14'],
    [replaced('C3', 'C2', { quantity: '6000' }), 'PARTIALLY_FILLED 6000 4000 2000 14'],
    // (56000 + 2000 x 20) / 6000
    [trade('2000', '20', { clOrdId: 'C3' }), 'FILLED 6000 6000 0 16'],
  ]),
  matrix('D.1.b', 'the first replace is refused at once, the second one accepted', [
    ...begun,
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
    [trade('500', '13'), 'PARTIALLY_FILLED 10000 1500 8500 11'],
    [trade('2000', '18'), 'PARTIALLY_FILLED 10000 3500 6500 15'],
    ...refusedThenReplaced,
  ]),
  matrix('D.1.c', 'the first replace is refused after it was pending, the second one accepted', [
    ...begun,
    [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 1000 9000 10'],
    [trade('500', '13'), 'PENDING_REPLACE 10000 1500 8500 11'],
    [cancelReject('C2', 'C1'), 'PARTIALLY_FILLED 10000 1500 8500 11'],
    [trade('2000', '18'), 'PARTIALLY_FILLED 10000 3500 6500 15'],
    ...refusedThenReplaced,
  ]),
];

const twoAsked: readonly Row[] = [
  ...begun,
  [modified('C3', { quantity: '7000' }), 'PARTIALLY_FILLED 10000 1000 9000 10', 'PENDING_REPLACE'],
  [pendingReplace('C2', 'C1'), 'PENDING_REPLACE 10000 1000 9000 10'],
];
/** (10000 + 6000 x 17) / 7000 */
const filled: Row = [trade('6000', '17', { clOrdId: 'C3' }), 'FILLED 7000 7000 0 16'];

const CHAINS: readonly Matrix[] = [
  matrix('D.2.a', 'two replaces at once, of which the venue works off one after the other', [
    ...twoAsked,
    [replaced('C2', 'C1', { quantity: '8000' }), 'PARTIALLY_FILLED 8000 1000 7000 10', 'PENDING_REPLACE'],
    [pendingReplace('C3', 'C2'), 'PENDING_REPLACE 8000 1000 7000 10'],
    [replaced('C3', 'C2', { quantity: '7000' }), 'PARTIALLY_FILLED 7000 1000 6000 10'],
    filled,
  ]),
  matrix('D.2.b', 'two replaces at once, both pending before either is accepted', [
    ...twoAsked,
    // The page has 8000 and 7000 open here already; in ours a request changes no terms before it is accepted.
    [pendingReplace('C3', 'C1'), 'PENDING_REPLACE 10000 1000 9000 10'],
    [replaced('C2', 'C1', { quantity: '8000' }), 'PENDING_REPLACE 8000 1000 7000 10'],
    [replaced('C3', 'C2', { quantity: '7000' }), 'PARTIALLY_FILLED 7000 1000 6000 10'],
    filled,
  ]),
  matrix('D.2.c', 'two replaces at once, of which the second one is refused while the first one is pending', [
    ...twoAsked,
    [cancelReject('C3', 'C1', { rejectReason: 'OTHER' }), 'PENDING_REPLACE 10000 1000 9000 10'],
    [replaced('C2', 'C1', { quantity: '8000' }), 'PARTIALLY_FILLED 8000 1000 7000 10'],
    // (10000 + 2000 x 16) / 3000
    [trade('2000', '16', { clOrdId: 'C2' }), 'PARTIALLY_FILLED 8000 3000 5000 14'],
  ]),
];

export const SEQUENCES_AND_CHAINS: readonly Matrix[] = [...SEQUENCES, ...CHAINS];

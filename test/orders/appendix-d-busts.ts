import {
  canceled,
  doneForDay,
  GTC,
  isNew,
  type Matrix,
  matrix,
  pendingCancel,
  pendingReplace,
  replaced,
  restated,
  trade,
} from './matrix.ts';
import { cancelAsked, type Fields, modified } from './scenario.ts';

/**
 * Group J (busts and corrections of executions) of FIX 4.4, volume 4, appendix D. The execIds are those of the pages.
 *
 * J.1.a onixs.biz/fix-dictionary/5.0/app_dj.1.a.html
 * J.1.b onixs.biz/fix-dictionary/5.0.sp2.ep292/app_dJ.1.b.html
 * J.1.c onixs.biz/fix-dictionary/5.0.SP1/app_dJ.1.c.html (the prices are ours)
 * J.1.d onixs.biz/fix-dictionary/5.0.sp2.ep289/app_dJ.1.d.html
 */

const bust = (execId: string, execRefId: string): Fields => ({ execType: 'TRADE_CANCEL', execId, execRefId });
const correct = (execId: string, execRefId: string, numbers: Fields): Fields => ({
  ...{ execType: 'TRADE_CORRECT', execId, execRefId, ...numbers },
});

export const BUSTS: readonly Matrix[] = [
  matrix('J.1.a', 'executions of a filled order are busted and corrected, and it is increased', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('1000', '100', { execId: 'C' }), 'PARTIALLY_FILLED 10000 1000 9000 100'],
    [trade('9000', '110', { execId: 'D' }), 'FILLED 10000 10000 0 109'],
    [bust('E', 'C'), 'PARTIALLY_FILLED 10000 9000 1000 110'],
    [correct('F', 'D', { lastQty: '9000', lastPx: '100' }), 'PARTIALLY_FILLED 10000 9000 1000 100'],
    [trade('1000', '120', { execId: 'G' }), 'FILLED 10000 10000 0 102'],
    [correct('H', 'F', { lastQty: '9000', lastPx: '120' }), 'FILLED 10000 10000 0 120'],
    [modified('C2', { quantity: '12000' }), 'FILLED 10000 10000 0 120', 'PENDING_REPLACE'],
    [pendingReplace('C2', 'C1', { execId: 'I' }), 'PENDING_REPLACE 10000 10000 0 120'],
    [replaced('C2', 'C1', { execId: 'J', quantity: '12000' }), 'PARTIALLY_FILLED 12000 10000 2000 120'],
    [correct('K', 'H', { lastQty: '9500', lastPx: '120', clOrdId: 'C2' }), 'PARTIALLY_FILLED 12000 10500 1500 120'],
  ]),
  matrix('J.1.b', 'an execution of a canceled order is busted, and another one comes', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('5000', '50', { execId: 'B' }), 'PARTIALLY_FILLED 10000 5000 5000 50'],
    [cancelAsked('C2'), 'PARTIALLY_FILLED 10000 5000 5000 50', 'PENDING_CANCEL'],
    [pendingCancel('C2', 'C1', { execId: 'C' }), 'PENDING_CANCEL 10000 5000 5000 50'],
    [canceled('C2', 'C1', { execId: 'D' }), 'CANCELED 10000 5000 0 50'],
    [bust('E', 'B'), 'CANCELED 10000 0 0 -'],
    [trade('4000', '51', { execId: 'F' }), 'CANCELED 10000 4000 0 51'],
  ]),
  {
    ...matrix('J.1.c', 'executions of today and of the day before are corrected', [
      [isNew, 'NEW 10000 0 10000 -'],
      [trade('2000', '10', { execId: 'B' }), 'PARTIALLY_FILLED 10000 2000 8000 10'],
      [doneForDay, 'DONE_FOR_DAY 10000 2000 8000 10'],
      [restated(), 'PARTIALLY_FILLED 10000 2000 8000 10'],
      [trade('1000', '16', { execId: 'E' }), 'PARTIALLY_FILLED 10000 3000 7000 12'],
      // (1500 x 10 + 16000) / 2500
      [correct('F', 'B', { lastQty: '1500', lastPx: '10' }), 'PARTIALLY_FILLED 10000 2500 7500 12.4'],
      // (15000 + 500 x 16) / 2000
      [correct('G', 'E', { lastQty: '500', lastPx: '16' }), 'PARTIALLY_FILLED 10000 2000 8000 11.5'],
    ]),
    order: GTC,
  },
  matrix('J.1.d', 'an execution is corrected and busted after the order is done for the day', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('5000', '50', { execId: 'B' }), 'PARTIALLY_FILLED 10000 5000 5000 50'],
    [doneForDay, 'DONE_FOR_DAY 10000 5000 0 50'],
    [correct('D', 'B', { lastQty: '4000', lastPx: '50' }), 'DONE_FOR_DAY 10000 4000 0 50'],
    [bust('E', 'D'), 'DONE_FOR_DAY 10000 0 0 -'],
  ]),
];

import { canceled, doneForDay, isNew, type Matrix, matrix, ORDER, trade } from './matrix.ts';

/**
 * Groups A (executions), F (rejections), I (orders that do not rest) and L (the rest) of FIX 4.4, volume 4, appendix D.
 * The prices are ours where the page has none; (2000 x 10 + 1000 x 13) / 3000 = 11.
 *
 * A.1.b onixs.biz/fix-dictionary/4.4/app_da.1.b.html
 * F.1.b onixs.biz/fix-dictionary/5.0/app_df.1.b.html
 * F.1.c onixs.biz/fix-dictionary/5.0.sp2.ep271/app_dF.1.c.html
 * L.1.a onixs.biz/fix-dictionary/5.0.sp2/app_dL.1.a.html
 * L.1.b onixs.biz/fix-dictionary/5.0.sp2.ep289/app_dl.1.b.html
 * A.1.a, I.1.a and I.1.b are described, without their rows, in onixs.biz/fix-dictionary/4.2/app_d.html (D1, D32, D33)
 * and onixs.biz/fix-dictionary/4.1/app_d.html (what is not filled at once is CANCELED); the numbers are ours.
 */
export const FILLS: readonly Matrix[] = [
  matrix('A.1.a', 'an order is filled in three parts', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('2000', '10'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
    [trade('1000', '13'), 'PARTIALLY_FILLED 10000 3000 7000 11'],
    // (33000 + 7000 x 15.1) / 10000
    [trade('7000', '15.1'), 'FILLED 10000 10000 0 13.87'],
  ]),
  matrix('A.1.a', 'the venue does not take the order', [
    [{ execType: 'REJECTED', rejectReason: 'EXCHANGE_CLOSED' }, 'REJECTED 10000 0 0 -'],
  ]),
  matrix('A.1.b', 'a day order is done for the day with a part filled', [
    [isNew, 'NEW 10000 0 10000 -'],
    [trade('2000', '10'), 'PARTIALLY_FILLED 10000 2000 8000 10'],
    [trade('1000', '13'), 'PARTIALLY_FILLED 10000 3000 7000 11'],
    [doneForDay, 'DONE_FOR_DAY 10000 3000 0 11'],
  ]),
  matrix('F.1.b', 'an order is sent again, and another one under its clOrdId is refused', [
    [isNew, 'NEW 10000 0 10000 -'],
    // Placing again is answered by the command with the order that is there (idempotency), so only the venue's part is here.
    [{ execType: 'ORDER_STATUS', status: 'NEW' }, 'NEW 10000 0 10000 -', 'STILL'],
    // The second order is refused; OrdStatus tells how the first one is.
    [{ execType: 'REJECTED', status: 'NEW', rejectReason: 'DUPLICATE_ORDER' }, 'NEW 10000 0 10000 -', 'STILL'],
  ]),
  matrix('F.1.c', 'an order is refused, because it was given by telephone before', [
    [{ execType: 'REJECTED', status: 'REJECTED', rejectReason: 'DUPLICATE_ORDER' }, 'REJECTED 10000 0 0 -'],
  ]),
  {
    ...matrix('I.1.a', 'a fill-or-kill order can’t be filled', [
      [isNew, 'NEW 10000 0 10000 -'],
      [canceled('C1', 'C1'), 'CANCELED 10000 0 0 -'],
    ]),
    order: { ...ORDER, timeInForce: 'FOK' },
  },
  {
    ...matrix('I.1.b', 'of an immediate-or-cancel order what is not filled at once is canceled', [
      [isNew, 'NEW 10000 0 10000 -'],
      [trade('1000', '10'), 'PARTIALLY_FILLED 10000 1000 9000 10'],
      [canceled('C1', 'C1'), 'CANCELED 10000 1000 0 10'],
    ]),
    order: { ...ORDER, timeInForce: 'IOC' },
  },
  matrix('L.1.a', 'a price is guaranteed before the execution', [
    [isNew, 'NEW 10000 0 10000 -'],
    [{ execType: 'STOPPED', text: 'guaranteed: 1000 at 50.10' }, 'STOPPED 10000 0 10000 -'],
    [trade('1000', '50'), 'STOPPED 10000 1000 9000 50'],
  ]),
  {
    ...matrix('L.1.b', 'an order by amount, of which the venue tells the quantity', [
      [{ execType: 'NEW', quantity: '500' }, 'NEW 500 0 500 -'],
      [trade('200', '20.1'), 'PARTIALLY_FILLED 500 200 300 20.1'],
      // (200 x 20.1 + 300 x 20.2) / 500 = (4020 + 6060) / 500
      [trade('300', '20.2'), 'FILLED 500 500 0 20.16'],
    ]),
    order: { ...ORDER, orderType: 'MARKET', quantity: null, price: null, notional: '10000' },
  },
];

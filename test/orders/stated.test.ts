import { describe, it } from 'vitest';
import { decimal } from '../../src/kernel/decimal.ts';
import {
  accepted,
  BY_AMOUNT,
  cancelAsked,
  canceled,
  doneForDay,
  type Fields,
  fill,
  given,
  modified,
  pendingNew,
  placed,
  rejected,
  reported,
  type Step,
  suspended,
  TERMS,
} from './scenario.ts';

const stated = (fields: Fields): Step => reported({ execType: 'ORDER_STATUS', ...fields });
const sums = (cumQty: string, avgPx: string, fields: Fields = {}): Step => stated({ cumQty, avgPx, ...fields });

describe('what a venue states of an order', () => {
  it('opens an order that nobody knows', () => {
    given()
      .when(stated({ ...TERMS, status: 'NEW' }))
      .then({ status: 'NEW', quantity: '100', leavesQty: '100' });
    given()
      .when(stated({ ...TERMS, status: 'PENDING_NEW' }))
      .then({ status: 'PENDING_NEW' });
    given()
      .when(stated({ status: 'NEW' }))
      .thenQuarantined('UNKNOWN_ORDER');
  });

  it.each(['NEW', 'PARTIALLY_FILLED', 'FILLED'])(
    '%s tells that it is taken, and nothing when that is known',
    (status) => {
      given(placed()).when(stated({ status })).then({ status: 'NEW', venueOrderId: 'V1' });
      given(accepted()).when(stated({ status })).thenNothing();
    },
  );

  it.each(['CANCELED', 'EXPIRED', 'REJECTED', 'DONE_FOR_DAY', 'SUSPENDED', 'STOPPED'] as const)(
    '%s is so from then on, once',
    (status) => {
      given(accepted()).when(stated({ status })).then({ status });
      given(accepted(), stated({ status })).when(stated({ status })).thenNothing();
    },
  );

  it('an end after another one tells nothing', () => {
    given(accepted(), canceled())
      .when(stated({ status: 'EXPIRED' }))
      .thenNothing();
    given(accepted(), rejected())
      .when(stated({ status: 'CANCELED' }))
      .thenNothing();
    given(accepted(), canceled())
      .when(stated({ status: 'REJECTED' }))
      .thenNothing();
  });

  it.each(['PENDING_NEW', 'PENDING_CANCEL', 'PENDING_REPLACE', null])('%s tells nothing', (status) => {
    given(accepted()).when(stated({ status })).thenNothing();
  });

  it('of then, which is over, tells nothing', () => {
    const [early, late] = [{ transactTime: '2026-01-30T10:00:00Z' }, { transactTime: '2026-01-30T11:00:00Z' }];
    given(pendingNew(), accepted({ ...TERMS, ...late }))
      .when(stated({ status: 'SUSPENDED', ...early }))
      .thenNothing();
    given(accepted({ ...TERMS, ...early }), suspended(late))
      .when(stated({ status: 'DONE_FOR_DAY', ...early }))
      .thenNothing();
    given(accepted({ ...TERMS, ...early }), doneForDay(late))
      .when(fill('1', '10', early))
      .then({ status: 'DONE_FOR_DAY' });
  });
});

describe('a sum that has grown', () => {
  it('is a fill of what it has grown by, at the price that makes the average right', () => {
    given(accepted())
      .when(sums('40', '10'))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '40', leavesQty: '60', avgPx: '10' });
    // 100 x 10.3 - 40 x 10 = 630, for 60: at 10.5
    given(accepted(), sums('40', '10'))
      .when(sums('100', '10.3'))
      .then({ status: 'FILLED', cumQty: '100', leavesQty: '0', avgPx: '10.3' });
  });

  it('leaves the average as the venue says it, whatever way it came there', () => {
    given(accepted(), sums('1', '10.333333'), sums('3', '10.111111'))
      .when(sums('7', '10.123457'))
      .then({ cumQty: '7', avgPx: '10.123457' });
    given(accepted()).when(sums('7', '10.123457')).then({ cumQty: '7', avgPx: '10.123457' });
  });

  it('never goes back, and is counted once', () => {
    given(accepted(), sums('40', '10')).when(sums('40', '10')).thenNothing();
    given(accepted(), sums('40', '10')).when(sums('30', '11')).thenNothing();
  });

  it('is shown at the average where rounding would leave nothing for it, and the average is the venue’s', () => {
    const fill = given(accepted(), sums('99', '10')).when(sums('100', '9.9'));
    fill.then({ cumQty: '100', avgPx: '9.9' });
    fill.thenEvent({ lastQty: decimal('1'), lastPx: decimal('9.9') });
  });

  it('also after the end of the order', () => {
    given(accepted(), canceled()).when(sums('40', '10')).then({ status: 'CANCELED', cumQty: '40' });
  });

  it('ends an order by amount when the venue calls it filled', () => {
    given(accepted(BY_AMOUNT))
      .when(sums('2.5', '400'))
      .then({ status: 'PARTIALLY_FILLED', cumQty: '2.5', leavesQty: null });
    given(accepted(BY_AMOUNT))
      .when(sums('2.5', '400', { status: 'FILLED' }))
      .then({ status: 'FILLED', leavesQty: '0' });
  });

  it('is one too where the venue’s fills have ids: the message of one was lost', () => {
    // 40 x 11.5 - 10 x 10 = 360, for 30: at 12
    const repair = given(accepted(), fill('10', '10', { cumQty: '10' })).when(sums('40', '11.5'));
    repair.then({ cumQty: '40', avgPx: '11.5' });
    repair.thenEvent({ lastQty: decimal('30'), lastPx: decimal('12') });
  });

  it('leaves out what was filled after it', () => {
    const [then, later] = [{ transactTime: '2026-01-30T10:00:00Z' }, { transactTime: '2026-01-30T10:00:01Z' }];
    // 30 are stated of then; the 5 of later are more: (30 x 10 + 5 x 17) / 35
    given(accepted(), fill('5', '17', { cumQty: '35', ...later }))
      .when(sums('30', '10', then))
      .then({ cumQty: '35', avgPx: '11' });
  });

  it('tells nothing where more was filled by then, for a bust must be missing', () => {
    const [then, later] = [{ transactTime: '2026-01-30T10:00:00Z' }, { transactTime: '2026-01-30T10:00:01Z' }];
    given(accepted(), fill('10', '10', { cumQty: '10', ...then }), fill('20', '10', { cumQty: '30', ...then }))
      .when(sums('25', '10', later))
      .thenNothing();
    given(accepted(), fill('5', '10', { cumQty: '35' }))
      .when(sums('30', '10'))
      .thenNothing();
  });
});

describe('where the venue’s own message was lost', () => {
  const at = (second: number): Fields => ({ transactTime: `2026-01-30T10:00:0${second}Z` });

  it.each([
    ['a cancel', cancelAsked('C2')],
    ['a change', modified('C2', { price: '11' })],
  ])('%s of an order that the venue calls filled has come too late', (_name, asked) => {
    const rejection = given(accepted(), asked, fill('100', '10')).when(
      stated({ status: 'FILLED', cumQty: '100', avgPx: '10' }),
    );
    rejection.then({ status: 'FILLED', pendingAction: null });
    rejection.thenEvent({ type: 'RequestRejected', clOrdId: 'C2' });
    given(accepted(), asked)
      .when(sums('100', '10', { status: 'FILLED' }))
      .then({ cumQty: '100' });
  });

  it('nothing follows for a request while the venue works the order, or where it may increase a filled one', () => {
    given(accepted(), fill('40', '10'), cancelAsked('C2'))
      .when(stated({ status: 'PARTIALLY_FILLED', ...at(9) }))
      .thenNothing();
    given(accepted(), modified('C2', { quantity: '150' }), fill('100', '10'))
      .when(stated({ status: 'FILLED', ...at(9) }))
      .thenNothing();
  });

  it.each([
    ['NEW', doneForDay(at(2))],
    ['PARTIALLY_FILLED', suspended(at(2))],
  ])('stated as %s later, the order is worked again', (status, pause) => {
    given(accepted({ ...TERMS, ...at(1) }), pause)
      .when(stated({ status, ...at(3) }))
      .then({ status: 'NEW' });
    given(accepted({ ...TERMS, ...at(1) }), pause)
      .when(stated({ status, ...at(2) }))
      .thenNothing();
    given(accepted({ ...TERMS, ...at(1) }), pause)
      .when(stated({ status }))
      .thenNothing();
  });

  it('terms that differ, stated later, are in force', () => {
    const stop = { ...TERMS, orderType: 'STOP_LIMIT', stopPx: '9', ...at(1) };
    const restated = given(accepted(stop)).when(
      stated({ status: 'NEW', quantity: '80', price: '11', stopPx: '8', ...at(2) }),
    );
    restated.then({ quantity: '80', price: '11', stopPx: '8', leavesQty: '80' });
    restated.thenEvent({ type: 'OrderRestated' });
    given(placed())
      .when(stated({ status: 'NEW', price: '11', ...at(2) }))
      .then({ price: '11' });
    // A reduction to what was filled.
    given(accepted({ ...TERMS, ...at(1) }), fill('40', '10', at(2)))
      .when(stated({ status: 'FILLED', quantity: '40', ...at(3) }))
      .then({ status: 'FILLED', quantity: '40' });
  });

  it('terms tell nothing that are the same, older, without a time, of another name or while a change is asked for', () => {
    const ours = accepted({ ...TERMS, ...at(2) });
    given(ours)
      .when(stated({ status: 'NEW', quantity: '100.0', price: '10', ...at(3) }))
      .thenNothing();
    given(ours)
      .when(stated({ status: 'NEW', price: '11', ...at(1) }))
      .thenNothing();
    given(ours)
      .when(stated({ status: 'NEW', price: '11', ...at(2) }))
      .thenNothing();
    given(ours)
      .when(stated({ status: 'NEW', price: '11' }))
      .thenNothing();
    given(ours)
      .when(stated({ status: 'NEW', price: '11', clOrdId: 'C0', ...at(3) }))
      .thenNothing();
    given(ours, modified('C2', { price: '12' }))
      .when(stated({ status: 'NEW', price: '11', ...at(3) }))
      .thenNothing();
    given(ours, fill('40', '10', at(2)))
      .when(stated({ status: 'NEW', quantity: '30', ...at(3) }))
      .thenNothing();
    given(accepted({ ...TERMS, orderType: 'MARKET', price: null, ...at(1) }))
      .when(stated({ status: 'NEW', price: '11', ...at(3) }))
      .thenNothing();
    given(ours, canceled(at(3)))
      .when(stated({ status: 'CANCELED', quantity: '80', ...at(4) }))
      .thenNothing();
  });
});

import { describe, expect, it } from 'vitest';
import {
  accepted,
  busted,
  cancelAsked,
  canceled,
  corrected,
  doneForDay,
  expired,
  type Fields,
  fill,
  given,
  placed,
  rejected,
  reported,
  type Step,
  suspended,
  TERMS,
} from './scenario.ts';

const stated = (fields: Fields): Step => reported({ execType: 'ORDER_STATUS', ...fields });
const sums = (cumQty: string, avgPx: string, fields: Fields = {}): Step => stated({ cumQty, avgPx, ...fields });

describe('the late original of a derived fill', () => {
  const derived = [accepted(), sums('40', '10')];

  it('is known from then on, and counts for nothing', () => {
    given(...derived)
      .when(fill('40', '10', { cumQty: '40' }))
      .thenCovered();
    given(...derived)
      .when(fill('15', '10', { cumQty: '15' }))
      .thenCovered();
  });

  it('is told from what was filled later', () => {
    given(...derived)
      .when(fill('20', '10', { cumQty: '60' }))
      .then({ cumQty: '60' });
    // Also where the fill before it has not come yet.
    given(...derived)
      .when(fill('20', '10', { cumQty: '80' }))
      .then({ cumQty: '60' });
  });

  it('that tells no sum is told by the venue’s clock', () => {
    const at = (second: number): Fields => ({ transactTime: `2026-01-30T10:00:0${second}Z` });
    const clocked = [accepted(), sums('40', '10', at(5))];
    given(...clocked)
      .when(fill('40', '10', at(4)))
      .thenCovered();
    given(...clocked)
      .when(fill('40', '10', at(6)))
      .then({ cumQty: '80' });
  });

  it('that tells neither sum nor time is one until all that was derived is made up', () => {
    given(...derived)
      .when(fill('30', '10'))
      .thenCovered();
    given(...derived, fill('30', '10'))
      .when(fill('10', '10'))
      .thenCovered();
    given(...derived, fill('30', '10'))
      .when(fill('20', '10'))
      .then({ cumQty: '60' });
  });

  it('can be busted and corrected, by its own numbers', () => {
    const late = fill('30', '8', { execId: 'F1', cumQty: '30' });
    // 40 x 10 - 30 x 8 = 160, for 10
    given(...derived, late)
      .when(busted('F1'))
      .then({ cumQty: '10', avgPx: '16' });
    // 400 - 240 + 20 x 9 = 340, for 30
    given(...derived, late)
      .when(corrected('F1', '20', { lastPx: '9' }))
      .then({ cumQty: '30', avgPx: '11.333333333333333333' });
    given(...derived, late, busted('F1'))
      .when(busted('F1'))
      .thenNothing();
  });

  it('busted leaves nothing where it was all, whatever the average was rounded to', () => {
    const rounded = [accepted(), sums('3', '10.333333')];
    given(...rounded, fill('3', '10.333333333333333333', { execId: 'F1', cumQty: '3' }))
      .when(busted('F1'))
      .then({ cumQty: '0', avgPx: null });
    // 3 x 10.333333 is less than the one fill of 2 at 15.5: the rest counts at the average.
    given(...rounded, fill('2', '15.5', { execId: 'F1', cumQty: '2' }))
      .when(busted('F1'))
      .then({ cumQty: '1', avgPx: '10.333333' });
  });

  it('busted before the venue was asked changes nothing: what it has stated tells of that', () => {
    const at = (second: number): Fields => ({ transactTime: `2026-01-30T10:00:0${second}Z` });
    const original = fill('10', '10', { execId: 'F1', cumQty: '10', ...at(1) });
    given(accepted(), sums('20', '10', at(5)), original)
      .when(busted('F1', at(3)))
      .then({ cumQty: '20' });
    given(accepted(), sums('20', '10', at(5)), original)
      .when(busted('F1', at(7)))
      .then({ cumQty: '10' });
  });

  it('leaves the sum that comes again after a bust an id of its own', () => {
    const at = (second: number): Fields => ({ transactTime: `2026-01-30T10:00:0${second}Z` });
    const late = fill('40', '10', { execId: 'F1', cumQty: '40', ...at(1) });
    const before = [accepted(), sums('40', '10', at(2)), late, busted('F1', at(3))];
    const again = given(...before).when(sums('40', '10', at(4)));
    again.then({ cumQty: '40' });
    again.thenEvent({ execId: expect.stringMatching(/:40:2$/) as string });
    // Without a later time it may be of before the bust.
    given(...before)
      .when(sums('40', '10'))
      .thenNothing();
  });
});

describe('the venue’s own message of what a statement has told', () => {
  const at = (second: number): Fields => ({ transactTime: `2026-01-30T10:00:0${second}Z` });
  const ends = [
    ['CANCELED', canceled],
    ['EXPIRED', expired],
    ['REJECTED', rejected],
  ] as const;

  it.each(ends)('%s tells nothing more, and is known from then on', (status, own) => {
    given(accepted(), stated({ status })).when(own()).thenCovered();
    given(accepted(), stated({ status, ...at(5) }))
      .when(own(at(4)))
      .thenCovered();
    given(accepted(), stated({ status, ...at(5) }))
      .when(own(at(6)))
      .thenCovered();
  });

  it.each(ends)('%s tells a text where there is none', (status, own) => {
    given(accepted(), stated({ status }))
      .when(own({ text: 'why' }))
      .then({ status, text: 'why' });
    given(accepted(), stated({ status, text: 'so' }))
      .when(own({ text: 'why' }))
      .thenCovered();
  });

  it('CANCELED answers what was asked meanwhile', () => {
    given(accepted(), stated({ status: 'CANCELED' }), canceled({ text: 'first' }))
      .when(canceled())
      .thenCovered();
    given(accepted(), cancelAsked('C2'), stated({ status: 'REJECTED' }))
      .when(canceled({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .then({ status: 'REJECTED' });
  });

  it('another end of before is the end', () => {
    given(accepted(), stated({ status: 'CANCELED', ...at(5) }))
      .when(expired(at(4)))
      .then({ status: 'EXPIRED' });
    given(accepted(), stated({ status: 'CANCELED', ...at(5) }))
      .when(expired(at(6)))
      .then({ status: 'CANCELED' });
  });

  it('REJECTED tells a better reason', () => {
    given(accepted(), stated({ status: 'REJECTED', ...at(5) }))
      .when(rejected({ rejectReason: 'STALE_ORDER', ...at(4) }))
      .then({ rejectReason: 'STALE_ORDER' });
  });

  it('NEW tells nothing more where the order is known to be taken, and that it is worked again on another day', () => {
    given(placed(), stated({ status: 'NEW', ...at(5) }))
      .when(accepted({ ...TERMS, ...at(4) }))
      .thenCovered();
    given(placed(), sums('40', '10', at(5)))
      .when(accepted({ ...TERMS, ...at(4) }))
      .thenCovered();
    given(placed(), stated({ status: 'DONE_FOR_DAY', ...at(5) }))
      .when(accepted({ ...TERMS, ...at(6) }))
      .then({ status: 'NEW' });
  });

  it.each([
    ['DONE_FOR_DAY', doneForDay],
    ['SUSPENDED', suspended],
  ] as const)('%s of then tells nothing more', (status, own) => {
    given(accepted({ ...TERMS, ...at(1) }), stated({ status, ...at(5) }))
      .when(own(at(4)))
      .thenCovered();
  });

  it('of two that the venue sent itself the second one is told, as ever', () => {
    given(accepted(), canceled()).when(canceled()).then({ status: 'CANCELED' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eventStatusText,
  orderStatusText,
  REJECTED_BECAUSE,
  type ToldEvent,
  type ToldOrder,
  VENUE_WORDS_CHARACTERS_MAX,
} from '../../src/orders/reasons.ts';
import { EXEC_TYPES, ORDER_STATUSES, PENDING_ACTIONS, REJECT_REASONS, TIMES_IN_FORCE } from '../../src/orders/words.ts';

const order = (overrides: Partial<ToldOrder> = {}): ToldOrder => ({
  ...{ status: 'NEW', timeInForce: 'DAY', quantity: '100', price: '10', stopPx: null, cumQty: '0', leavesQty: '100' },
  ...{ avgPx: null, overfillQty: null, text: null, rejectReason: null },
  ...overrides,
});
const event = (overrides: Partial<ToldEvent> = {}): ToldEvent => ({
  ...{ execType: 'NEW', lastQty: null, lastPx: null, text: null, rejectReason: null, answers: null, lateAfter: null },
  ...overrides,
});
const PART = { cumQty: '40', leavesQty: '60', avgPx: '10.5' } as const;
const WHOLE = { status: 'FILLED', cumQty: '100', leavesQty: '0', avgPx: '10.5' } as const;

describe('an order says how it is', () => {
  it.each<[Partial<ToldOrder>, string]>([
    [{ status: 'PENDING_NEW' }, 'Waiting for the venue to accept it.'],
    [{ status: 'PARTIALLY_FILLED', ...PART }, 'Filled 40 of 100 so far at an average of 10.5.'],
    [{ status: 'PARTIALLY_FILLED', ...PART, quantity: null }, 'Filled 40 so far at an average of 10.5.'],
    [WHOLE, 'Filled: 100 at an average of 10.5.'],
    [
      { ...WHOLE, cumQty: '120', overfillQty: '20' },
      'Filled: 120 at an average of 10.5. That is 20 more than was ordered.',
    ],
    [
      { status: 'REJECTED', rejectReason: 'ORDER_EXCEEDS_LIMIT', text: 'insufficient buying power' },
      'Rejected: it exceeds a limit of the account, such as its buying power. The venue’s last words: “insufficient buying power”',
    ],
    [{ status: 'REJECTED', rejectReason: 'OTHER' }, 'Rejected by the venue.'],
    [{ status: 'REJECTED' }, 'Rejected by the venue.'],
    [{ status: 'CANCELED', ...PART }, 'Canceled, with 40 of 100 filled.'],
    [{ status: 'EXPIRED' }, 'Expired at the end of the day.'],
    [{ status: 'EXPIRED', timeInForce: 'FOK' }, 'Expired: it could not be filled whole at once.'],
    [{ status: 'PENDING_CANCEL', ...PART }, 'Asked to cancel; the venue has not answered yet, with 40 of 100 filled.'],
    [{ status: 'NEW', text: 'booked' }, 'Accepted by the venue; nothing is filled yet.'],
  ])('%j', (overrides, sentence) => {
    expect(orderStatusText(order(overrides))).toBe(sentence);
  });
});

describe('an event says what happened', () => {
  const trade = { execType: 'TRADE', lastQty: '40', lastPx: '10.5' } as const;
  it.each<[Partial<ToldEvent>, Partial<ToldOrder>, string]>([
    [trade, { status: 'PARTIALLY_FILLED', ...PART }, 'Filled 40 at 10.5; 60 still open.'],
    [trade, WHOLE, 'Filled 40 at 10.5; the order is complete.'],
    [
      { ...trade, lateAfter: 'CANCELED' },
      { status: 'CANCELED', ...PART, leavesQty: '0' },
      'Filled 40 at 10.5, after it was canceled.',
    ],
    [{ ...trade, lateAfter: 'EXPIRED' }, WHOLE, 'Filled 40 at 10.5, after it had expired; the order is complete.'],
    [
      trade,
      { ...WHOLE, overfillQty: '20' },
      'Filled 40 at 10.5; the order is complete. That is 20 more than was ordered.',
    ],
    [
      { execType: 'CANCELED', text: 'end of session' },
      { status: 'CANCELED' },
      'Canceled by the venue. The venue says: “end of session”',
    ],
    [{ execType: 'CANCELED', answers: 'CANCEL' }, { status: 'CANCELED' }, 'Canceled as you asked.'],
    [
      { execType: 'CANCEL_REJECTED', answers: 'CANCEL', rejectReason: 'TOO_LATE_TO_ENTER' },
      WHOLE,
      'Your cancel came too late: the order was filled.',
    ],
    [
      { execType: 'CANCEL_REJECTED', answers: 'REPLACE', rejectReason: 'PRICE_EXCEEDS_BAND' },
      {},
      'The venue refused your change: the price is too far from the market. The order stays as it was.',
    ],
    [{ execType: 'CANCEL_REJECTED' }, {}, 'The venue refused your request. The order stays as it was.'],
    [{ execType: 'REPLACED', answers: 'REPLACE' }, {}, 'Changed as you asked: 100 at 10.'],
    [{ execType: 'RESTATED' }, { price: null, quantity: '80' }, 'Changed by the venue: 80.'],
    [
      { ...trade, execType: 'TRADE_CANCEL' },
      { status: 'NEW' },
      'The venue has canceled a fill: 40 at 10.5 counts no more. Filled now: 0 of 100.',
    ],
    [
      { ...trade, execType: 'TRADE_CORRECT' },
      PART,
      'The venue has corrected a fill to 40 at 10.5. Filled now: 40 of 100.',
    ],
    [
      { execType: 'EXPIRED' },
      { status: 'EXPIRED', timeInForce: 'IOC', ...PART },
      'Expired: the rest could not be filled at once, with 40 of 100 filled.',
    ],
  ])('%j of %j', (overrides, of, sentence) => {
    expect(eventStatusText(event(overrides), order(of))).toBe(sentence);
  });
});

describe('every word', () => {
  /** A sentence for people: it begins large, ends, and names nothing that only a program knows. */
  const readable = (text: string): void => {
    expect(text).toMatch(/^[A-Z][^_]*[.”]$/u);
    expect(text).not.toMatch(/[A-Z]{2,}|undefined|null|NaN|\[object|\{|\}|\.\.| {2}/);
  };
  const anyNumber = fc.option(fc.constantFrom('0', '40', '100', '0.000000000000000001'));
  const anyOrder = fc.record<ToldOrder>({
    status: fc.constantFrom(...ORDER_STATUSES),
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    ...{ quantity: anyNumber, price: anyNumber, stopPx: anyNumber, leavesQty: anyNumber, avgPx: anyNumber },
    ...{ cumQty: fc.constantFrom('0', '40'), overfillQty: anyNumber, text: fc.constant(null) },
    rejectReason: fc.option(fc.constantFrom(...REJECT_REASONS)),
  });
  const anyEvent = fc.record<ToldEvent>({
    execType: fc.constantFrom(...EXEC_TYPES),
    ...{ lastQty: anyNumber, lastPx: anyNumber, text: fc.constant(null) },
    rejectReason: fc.option(fc.constantFrom(...REJECT_REASONS)),
    answers: fc.option(fc.constantFrom(...PENDING_ACTIONS)),
    lateAfter: fc.option(fc.constantFrom(...ORDER_STATUSES)),
  });

  it.each(ORDER_STATUSES)('%s of an order has a sentence', (status) => {
    readable(orderStatusText(order({ status })));
  });

  it.each(EXEC_TYPES)('%s of an event has a sentence', (execType) => {
    readable(eventStatusText(event({ execType }), order()));
  });

  it.each(REJECT_REASONS)('%s has a sentence of its own', (rejectReason) => {
    const text = orderStatusText(order({ status: 'REJECTED', rejectReason }));
    readable(text);
    const others = REJECT_REASONS.filter((reason) => reason !== rejectReason);
    expect(others.map((other) => orderStatusText(order({ status: 'REJECTED', rejectReason: other })))).not.toContain(
      text,
    );
    expect(rejectReason in REJECTED_BECAUSE).toBe(true);
  });

  it('in any combination', () => {
    fc.assert(
      fc.property(anyOrder, anyEvent, (some, what) => {
        readable(orderStatusText(some));
        readable(eventStatusText(what, some));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a venue stay as they are, on one line and bounded', () => {
    const said = (text: string) => orderStatusText(order({ status: 'REJECTED', text }));
    expect(said('too\n  late\u0007 ')).toBe('Rejected by the venue. The venue’s last words: “too late”');
    expect(said(' \n')).toBe('Rejected by the venue.');
    const long = said('😀'.repeat(500));
    expect(long).toContain(`“${'😀'.repeat(VENUE_WORDS_CHARACTERS_MAX)}…”`);
    expect(long.isWellFormed()).toBe(true);
  });
});

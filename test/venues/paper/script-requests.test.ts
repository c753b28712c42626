import { describe, expect, it } from 'vitest';
import { applyDelivery, wakeOrder } from '../../../src/venues/paper/book.ts';
import { pauseMs } from '../../../src/venues/paper/life.ts';
import { scenarioRequest } from '../../../src/venues/paper/wire-scenario.ts';
import { bookOf, changed, course, FAR_BELOW, placed } from './book-steps.ts';
import { directed, MINE, play, scripted } from './script-steps.ts';

describe('what the trader asks during a script', () => {
  it('waits for the step that answers it: a fill comes in between', () => {
    const { book, reports } = scripted([
      { do: 'accept' },
      { do: 'await_request' },
      { do: 'pending_cancel' },
      { do: 'fill', qty: '10' },
      { do: 'cancel' },
    ]);
    expect(course(reports)).toBe('NEW');
    expect(changed(book, 'CANCEL')).toEqual([]);
    expect(play(book).reports).toMatchObject([
      { execType: 'PENDING_CANCEL', status: 'PENDING_CANCEL', clOrdId: 'c2', origClOrdId: 'c1' },
      { execType: 'TRADE', status: 'PENDING_CANCEL', clOrdId: 'c1', cumQty: '10' },
      { execType: 'CANCELED', status: 'CANCELED', clOrdId: 'c2', origClOrdId: 'c1', cumQty: '10', leavesQty: '0' },
    ]);
  });

  it('is replaced in its words, or refused', () => {
    const { book } = scripted([
      ...[{ do: 'accept' }, { do: 'await_request' }, { do: 'pending_replace' }, { do: 'replace' }],
      ...[{ do: 'await_request' }, { do: 'reject_request', text: 'too fast' }],
    ]);
    changed(book, { quantity: '70', price: '11' });
    expect(play(book).reports).toMatchObject([
      { execType: 'PENDING_REPLACE', clOrdId: 'c2', origClOrdId: 'c1', quantity: '100' },
      { execType: 'REPLACED', clOrdId: 'c2', origClOrdId: 'c1', quantity: '70', price: '11', leavesQty: '70' },
    ]);
    changed(book, 'CANCEL', { clOrdId: 'c3', origClOrdId: 'c2' });
    expect(play(book).reports).toMatchObject([
      { execType: 'CANCEL_REJECTED', clOrdId: 'c3', origClOrdId: 'c2', text: 'too fast', status: 'NEW' },
    ]);
  });

  it('is answered as usual when the script ends without an answer', () => {
    const book = bookOf();
    placed(book, MINE);
    directed(book, [{ do: 'accept' }, { do: 'fill', qty: '10' }]);
    expect(changed(book, 'CANCEL')).toEqual([]);
    const { reports } = play(book);
    expect(course(reports)).toBe('NEW TRADE CANCELED');
    expect(reports.at(-1)).toMatchObject({ clOrdId: 'c2', origClOrdId: 'c1', cumQty: '10', leavesQty: '0' });
  });
});

describe('the time of a script', () => {
  it('is its own where it says so, else the pace of the exchange; nothing happens while it waits for the trader', () => {
    const book = bookOf();
    placed(book, { orderType: 'LIMIT', price: FAR_BELOW });
    directed(book, [{ do: 'accept', afterMs: 5 }, { do: 'fill', qty: '1' }, { do: 'await_request' }, { do: 'cancel' }]);
    const pause = (): number | null => pauseMs(book.orders.get(1)!, 700);
    expect(pause()).toBe(5);
    wakeOrder(book, 1);
    expect(pause()).toBe(700);
    wakeOrder(book, 1);
    expect(pause()).toBeNull();
    changed(book, 'CANCEL');
    expect(pause()).toBe(0);
  });
});

describe('what a script may be', () => {
  it.each([
    ['no steps', { steps: [] }],
    ['too many', { steps: Array.from({ length: 101 }, () => ({ do: 'accept' })) }],
    ['a delay of more than a minute', { steps: [{ do: 'accept', afterMs: 60_001 }] }],
    ['an unknown step', { steps: [{ do: 'explode' }] }],
    ['an unknown word of a step', { steps: [{ do: 'fill', quantity: '5' }] }],
    ['a number that is no decimal', { steps: [{ do: 'fill', qty: 5 }] }],
    ['something after the release', { steps: [{ do: 'release' }, { do: 'fill' }] }],
    ['both a scenario and steps', { scenario: 'hold', steps: [{ do: 'fill' }] }],
    ['neither', {}],
    ['more copies than five', { delivery: { duplicate: 6 } }],
    ['a share above one', { delivery: { drop: 1.5 } }],
  ])('not %s', (_, body) => {
    expect(scenarioRequest.safeParse({ clOrdId: 'c1', ...body }).success).toBe(false);
  });

  it('sets how the reports of one order are delivered, before or after it came', () => {
    const book = bookOf();
    const delivery = scenarioRequest.parse({ clOrdId: 'c1', delivery: { drop: 1 } }).delivery!;
    applyDelivery(book, { account: 'acc', clOrdId: 'c1' }, delivery);
    placed(book);
    expect(book.orders.get(1)?.delivery).toEqual({ duplicate: 1, reorder: 0, delayMs: 0, jitterMs: 0, drop: 1 });
    placed(book, { clOrdId: 'c2' });
    expect(book.orders.get(2)?.delivery).toBeNull();
    applyDelivery(book, { account: null, clOrdId: 'c2' }, delivery);
    expect(book.orders.get(2)?.delivery).toEqual(delivery);
  });
});

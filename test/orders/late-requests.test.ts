import { describe, expect, it } from 'vitest';
import { printDecimal } from '../../src/kernel/decimal.ts';
import type { Order } from '../../src/orders/order.ts';
import { PENDING_REQUESTS_MAX } from '../../src/orders/request.ts';
import {
  accepted,
  cancelAsked,
  canceled,
  cancelRejected,
  type Fields,
  fill,
  given,
  modified,
  replaced,
  reported,
  type Step,
  take,
  TERMS,
} from './scenario.ts';

const pendingCancel = (fields: Fields): Step => reported({ execType: 'PENDING_CANCEL', ...fields });
const pendingReplace = (fields: Fields): Step => reported({ execType: 'PENDING_REPLACE', ...fields });
const after = (...steps: readonly Step[]): Order => steps.reduce<Order | null>(take, null)!;
const waiting = ({ pending }: Order): readonly string[] => pending.map(({ clOrdId }) => clOrdId);

describe('a PENDING_CANCEL that comes late', () => {
  it('tells nothing new after CANCELED, wherever the cancel was asked', () => {
    given(accepted(), cancelAsked('C2'), canceled({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .when(pendingCancel({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .thenNothing();
    given(accepted(), canceled({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .when(pendingCancel({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .thenNothing();
  });

  it('of an order that is open does tell', () => {
    given(accepted(), fill('40', '10'))
      .when(pendingCancel({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .then({ status: 'PENDING_CANCEL', cumQty: '40' });
  });
});

describe('a PENDING_REPLACE that comes late', () => {
  it('tells nothing new of the clOrdId that is in force', () => {
    given(accepted(), replaced({ clOrdId: 'C2', origClOrdId: 'C1', quantity: '150' }))
      .when(pendingReplace({ clOrdId: 'C2', origClOrdId: 'C1', quantity: '150' }))
      .thenNothing();
  });

  it('of the next clOrdId does tell', () => {
    given(accepted(), replaced({ clOrdId: 'C2', origClOrdId: 'C1', quantity: '150' }))
      .when(pendingReplace({ clOrdId: 'C3', origClOrdId: 'C2', quantity: '200' }))
      .then({ status: 'PENDING_REPLACE', quantity: '150' });
  });
});

describe('a REPLACED that names no request', () => {
  const asked = [
    accepted(),
    cancelAsked('C2'),
    modified('C3', { quantity: '150' }),
    modified('C4', { quantity: '300', price: '12' }),
  ];
  const nameless = replaced({ clOrdId: null });

  it('applies the terms of the oldest replace, and drops that one alone', () => {
    given(...asked)
      .when(nameless)
      .then({ quantity: '150', price: '10', leavesQty: '150', clOrdId: 'C1' });
    expect(waiting(after(...asked, nameless))).toEqual(['C2', 'C4']);
  });

  it('applies the next one’s terms the next time', () => {
    const order = after(...asked, nameless, nameless);
    expect(waiting(order)).toEqual(['C2']);
    expect([order.terms.quantity, order.terms.price].map((term) => term && printDecimal(term))).toEqual(['300', '12']);
  });
});

describe('a REPLACED without a quantity', () => {
  // FIX 4.4 appendix D, C.3.c has the quantity become what is filled. A venue that means that says it (appendix-d-replace.ts);
  // guessed from what has arrived so far it would depend on the order of arrival.
  it('below what is filled leaves the quantity as it was asked, in any order of arrival', () => {
    const [asked, answer, more] = [modified('C2', { quantity: '70' }), replaced({ clOrdId: 'C2' }), fill('80', '10')];
    const expected = { status: 'FILLED', quantity: '70', cumQty: '80', leavesQty: '0', overfillQty: '10' } as const;
    given(accepted(), asked, more).when(answer).then(expected);
    given(accepted(), asked, answer).when(more).then(expected);
  });
});

describe('a PENDING_REPLACE of an order that nobody knows', () => {
  it('opens none: its terms are those that were asked for', () => {
    given()
      .when(pendingReplace({ ...TERMS, clOrdId: 'C2', origClOrdId: 'C1' }))
      .thenQuarantined('UNKNOWN_ORDER');
  });
});

describe('an order whose venue leaves its requests unanswered', () => {
  const requests = Array.from({ length: PENDING_REQUESTS_MAX }, (_, n) =>
    n % 2 === 0 ? cancelAsked(`C${n + 2}`) : modified(`C${n + 2}`, { price: '11' }),
  );
  const full = [accepted(), ...requests];
  const NEXT = 'C99';

  it.each([
    ['cancel', cancelAsked(NEXT)],
    ['replace', modified(NEXT, { price: '12' })],
  ])(`takes the ${PENDING_REQUESTS_MAX}th request and refuses a further %s`, (_name, next) => {
    given(...full.slice(0, -1))
      .when(next)
      .then({});
    given(...full)
      .when(next)
      .thenRefused('NOT_SUPPORTED');
    expect(waiting(after(...full, next))).not.toContain(NEXT);
  });

  it('takes one again once its venue has answered one', () => {
    given(...full, cancelRejected({ clOrdId: 'C2', origClOrdId: 'C1' }))
      .when(cancelAsked(NEXT))
      .then({ status: 'PENDING_CANCEL' });
  });
});

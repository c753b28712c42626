import { describe, it } from 'vitest';
import {
  accepted,
  BY_AMOUNT,
  busted,
  cancelAsked,
  canceled,
  cancelRejected,
  expired,
  fill,
  given,
  modified,
  pendingCancel,
  pendingReplace,
  rejected,
  replaced,
} from './scenario.ts';

describe('a fill', () => {
  it('that comes after the end says how the order had ended, also where it completes the order', () => {
    given(accepted(), canceled()).when(fill('40', '10')).thenTold({ lateAfter: 'CANCELED', status: 'CANCELED' });
    given(accepted(), canceled())
      .when(fill('100', '10'))
      .thenTold({
        ...{ lateAfter: 'CANCELED', status: 'FILLED' },
        statusText: 'Filled 100 at 10, after it was canceled; the order is complete.',
      });
    given(accepted(), expired()).when(fill('100', '10')).thenTold({ lateAfter: 'EXPIRED', status: 'FILLED' });
    given(accepted(), rejected()).when(fill('100', '10')).thenTold({ lateAfter: 'REJECTED', status: 'FILLED' });
    given(accepted(BY_AMOUNT), canceled(BY_AMOUNT))
      .when(fill('3', '10', { ...BY_AMOUNT, status: 'FILLED' }))
      .thenTold({ lateAfter: 'CANCELED' });
  });

  it('of an order that works is not late, nor is anything but a fill', () => {
    given(accepted()).when(fill('100', '10')).thenTold({ lateAfter: null });
    given(accepted(), cancelAsked('C2')).when(fill('100', '10')).thenTold({ lateAfter: null });
    given(accepted(), fill('100', '10')).when(fill('1', '10')).thenTold({ lateAfter: null });
    given(accepted(), fill('100', '10', { execId: 'F1' }), canceled())
      .when(busted('F1', { lastQty: '100', lastPx: '10' }))
      .thenTold({ lateAfter: null });
  });
});

describe('what a venue says of a request names the request that it answers', () => {
  const refusal = { rejectReason: 'PRICE_EXCEEDS_BAND' } as const;

  it('a refusal, by its clOrdId or by the kind alone', () => {
    const asked = [accepted(), cancelAsked('C2'), modified('C3', { price: '11' })];
    given(...asked)
      .when(cancelRejected({ clOrdId: 'C2' }))
      .thenTold({ answers: 'CANCEL', rejectReason: null });
    given(...asked)
      .when(cancelRejected({ clOrdId: null, cxlRejResponseTo: 'REPLACE', ...refusal }))
      .thenTold({ answers: 'REPLACE', ...refusal });
    given(accepted())
      .when(cancelRejected({ clOrdId: 'C9' }))
      .thenTold({ answers: null });
  });

  it('a cancel and a change that were asked for, here or elsewhere', () => {
    given(accepted(), cancelAsked('C2'))
      .when(canceled({ clOrdId: 'C2' }))
      .thenTold({ answers: 'CANCEL' });
    given(accepted(), pendingCancel('C2')).when(canceled()).thenTold({ answers: 'CANCEL' });
    given(accepted()).when(canceled()).thenTold({ answers: null });
    given(accepted(), pendingReplace('C2', { price: '11' }))
      .when(replaced({ clOrdId: 'C2', price: '11' }))
      .thenTold({ answers: 'REPLACE' });
    given(accepted(), modified('C2', { price: '11' }))
      .when(replaced({ clOrdId: null, price: '11' }))
      .thenTold({ answers: 'REPLACE' });
    given(accepted())
      .when(replaced({ clOrdId: null, price: '11' }))
      .thenTold({ answers: null });
  });

  it('a rejection of the order says why, and answers no request', () => {
    given(accepted())
      .when(rejected(refusal))
      .thenTold({ answers: null, ...refusal });
  });
});

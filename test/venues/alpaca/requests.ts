import { decimal } from '../../../src/kernel/decimal.ts';
import type { CancelRequest, NewOrderRequest, ReplaceRequest } from '../../../src/venues/venue.ts';

/** A limit order to buy 100 AAPL at 10. */
export const newOrder = (more: Partial<NewOrderRequest> = {}): NewOrderRequest => ({
  ...{ kind: 'NEW', clOrdId: 'C1', account: '', symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY' },
  ...{ orderType: 'LIMIT', timeInForce: 'DAY', quantity: decimal('100'), notional: null },
  ...{ price: decimal('10'), stopPx: null },
  ...more,
});

export const replaceOf = (more: Partial<ReplaceRequest> = {}): ReplaceRequest => ({
  ...{ kind: 'REPLACE', clOrdId: 'C2', origClOrdId: 'C1', account: '', venueOrderId: null },
  ...{ quantity: decimal('200'), price: null, stopPx: null },
  ...more,
});

export const cancelOf = (more: Partial<CancelRequest> = {}): CancelRequest => ({
  ...{ kind: 'CANCEL', clOrdId: 'C9', origClOrdId: 'C1', account: '', venueOrderId: null },
  ...more,
});

/** What the GraphQL recorders select: every field of an update, so that each of them is compared with the log. */
export const EVENT_FIELDS = [
  ...['id', 'execType', 'status', 'execId', 'execRefId', 'lastQty', 'lastPx', 'cumQty', 'leavesQty', 'avgPx'],
  ...['text', 'statusText', 'rejectReason', 'answers', 'lateAfter', 'transactTime', 'receivedAt', 'committedAt'],
];
export const ORDER_FIELDS = [
  ...['id', 'clOrdId', 'venue', 'venueOrderId', 'account', 'symbol', 'assetClass', 'side', 'orderType', 'timeInForce'],
  ...['quantity', 'notional', 'price', 'stopPx', 'status', 'pendingAction', 'cumQty', 'leavesQty', 'avgPx'],
  ...['overfillQty', 'text', 'rejectReason', 'statusText', 'platform', 'client', 'strategy', 'createdAt'],
  ...['updatedAt', 'version'],
];

export const SUBSCRIPTION = `subscription Verify($after: Cursor) {
  orderUpdated(after: $after) { cursor event { ${EVENT_FIELDS.join(' ')} } order { ${ORDER_FIELDS.join(' ')} } }
}`;

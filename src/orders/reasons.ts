import type * as words from './words.ts';

/** What an order says of itself, as the API shows it: decimals are printed. */
export interface ToldOrder {
  readonly status: words.OrderStatus;
  readonly timeInForce: words.TimeInForce;
  readonly quantity: string | null;
  readonly price: string | null;
  readonly stopPx: string | null;
  readonly cumQty: string;
  readonly leavesQty: string | null;
  readonly avgPx: string | null;
  readonly overfillQty: string | null;
  readonly text: string | null;
  readonly rejectReason: words.RejectReason | null;
}

export interface ToldEvent {
  readonly execType: words.ExecType;
  readonly lastQty: string | null;
  readonly lastPx: string | null;
  readonly text: string | null;
  readonly rejectReason: words.RejectReason | null;
  /** The request that it answers; null when nobody had asked. */
  readonly answers: words.PendingAction | null;
  /** How the order had ended before this fill came; null when it had not. */
  readonly lateAfter: words.OrderStatus | null;
}

/** More of a venue's words than this are cut. */
export const VENUE_WORDS_CHARACTERS_MAX = 200;

/** OrdRejReason (103) for people, behind a colon; null where only the venue's own words can tell. */
export const REJECTED_BECAUSE = {
  UNKNOWN_SYMBOL: 'the venue does not know this symbol',
  EXCHANGE_CLOSED: 'the exchange is closed',
  ORDER_EXCEEDS_LIMIT: 'it exceeds a limit of the account, such as its buying power',
  TOO_LATE_TO_ENTER: 'it came too late',
  UNKNOWN_ORDER: 'the venue does not know this order',
  DUPLICATE_ORDER: 'the venue has an order with this id already',
  STALE_ORDER: 'it was too old when it reached the venue',
  INCORRECT_QUANTITY: 'the venue does not take this quantity',
  UNKNOWN_ACCOUNT: 'the venue does not know this account',
  PRICE_EXCEEDS_BAND: 'the price is too far from the market',
  UNSUPPORTED_ORDER: 'the venue does not take this kind of order',
  OTHER: null,
} as const satisfies Record<words.RejectReason, string | null>;

const EXPIRED: Record<words.TimeInForce, string> = {
  DAY: 'Expired at the end of the day',
  GTC: 'Expired',
  IOC: 'Expired: the rest could not be filled at once',
  FOK: 'Expired: it could not be filled whole at once',
  OPG: 'Expired: it was for the opening alone',
  CLS: 'Expired: it was for the close alone',
  GTD: 'Expired: its time is over',
};

const because = (reason: words.RejectReason | null): string => {
  const why = reason && REJECTED_BECAUSE[reason];
  return why === null ? '' : `: ${why}`;
};

const isSome = (qty: string | null): qty is string => qty !== null && qty !== '0';
const ofWhole = ({ quantity, cumQty }: ToldOrder): string => (quantity === null ? cumQty : `${cumQty} of ${quantity}`);
const afterFills = (order: ToldOrder): string => (isSome(order.cumQty) ? `, with ${ofWhole(order)} filled` : '');
const average = ({ avgPx }: ToldOrder): string => (avgPx === null ? '' : ` at an average of ${avgPx}`);
const beyond = ({ overfillQty }: ToldOrder): string =>
  overfillQty === null ? '' : ` That is ${overfillQty} more than was ordered.`;

const rejected = (reason: words.RejectReason | null): string =>
  because(reason) === '' ? 'Rejected by the venue' : `Rejected${because(reason)}`;

function venueWords(text: string | null, lead: string): string {
  const said = (text ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (said === '') return '';
  const cut = Array.from(said).slice(0, VENUE_WORDS_CHARACTERS_MAX).join('');
  return ` ${lead}: “${cut === said ? said : `${cut}…`}”`;
}

const STATUS: Record<words.OrderStatus, (order: ToldOrder) => string> = {
  PENDING_NEW: () => 'Waiting for the venue to accept it.',
  NEW: () => 'Accepted by the venue; nothing is filled yet.',
  PARTIALLY_FILLED: (order) => `Filled ${ofWhole(order)} so far${average(order)}.`,
  FILLED: (order) => `Filled: ${order.cumQty}${average(order)}.`,
  DONE_FOR_DAY: (order) => `Done for the day${afterFills(order)}.`,
  PENDING_CANCEL: (order) => `Asked to cancel; the venue has not answered yet${afterFills(order)}.`,
  PENDING_REPLACE: (order) => `Asked to change; the venue has not answered yet${afterFills(order)}.`,
  CANCELED: (order) => `Canceled${afterFills(order)}.`,
  REJECTED: (order) => `${rejected(order.rejectReason)}${afterFills(order)}.`,
  EXPIRED: (order) => `${EXPIRED[order.timeInForce]}${afterFills(order)}.`,
  SUSPENDED: (order) => `Suspended by the venue: it can’t be filled now${afterFills(order)}.`,
  STOPPED: (order) => `The venue has guaranteed a price; the fill is still to come${afterFills(order)}.`,
};

/** What only the venue can explain. */
const NEEDS_WORDS: readonly words.OrderStatus[] = ['CANCELED', 'REJECTED', 'EXPIRED', 'SUSPENDED'];

/** How the order is, in a sentence or two for its trader. */
export function orderStatusText(order: ToldOrder): string {
  const said = NEEDS_WORDS.includes(order.status) ? venueWords(order.text, 'The venue’s last words') : '';
  return `${STATUS[order.status](order)}${beyond(order)}${said}`;
}

const terms = ({ quantity, price, stopPx }: ToldOrder): string => {
  const all = [quantity, price && `at ${price}`, stopPx && `with the stop at ${stopPx}`].filter(Boolean).join(' ');
  return all === '' ? '.' : `: ${all}.`;
};
const fill = ({ lastQty, lastPx }: ToldEvent): string => `${lastQty ?? 'some'} at ${lastPx ?? 'a price not told'}`;

const LATE: Partial<Record<words.OrderStatus, string>> = {
  CANCELED: ', after it was canceled',
  EXPIRED: ', after it had expired',
  REJECTED: ', after it was rejected',
};

function filled(event: ToldEvent, order: ToldOrder): string {
  const late = (event.lateAfter && LATE[event.lateAfter]) ?? '';
  const open = isSome(order.leavesQty) ? `; ${order.leavesQty} still open` : '';
  const left = order.status === 'FILLED' ? '; the order is complete' : open;
  return `Filled ${fill(event)}${late}${left}.${beyond(order)}`;
}

const TOO_LATE: Partial<Record<words.OrderStatus, string>> = {
  FILLED: 'the order was filled',
  CANCELED: 'the order was canceled already',
  EXPIRED: 'the order had expired',
  REJECTED: 'the order was rejected',
};
const REQUEST: Record<words.PendingAction, string> = { CANCEL: 'cancel', REPLACE: 'change' };

function refused({ answers, rejectReason }: ToldEvent, order: ToldOrder): string {
  const request = answers === null ? 'request' : REQUEST[answers];
  const late = TOO_LATE[order.status];
  if (late !== undefined) return `Your ${request} came too late: ${late}.`;
  return `The venue refused your ${request}${because(rejectReason)}. The order stays as it was.`;
}

const EVENT: Record<words.ExecType, (event: ToldEvent, order: ToldOrder) => string> = {
  PENDING_NEW: () => 'Placed; waiting for the venue to accept it.',
  NEW: () => 'Accepted by the venue.',
  TRADE: filled,
  CANCELED: ({ answers }, order) =>
    `Canceled ${answers === 'CANCEL' ? 'as you asked' : 'by the venue'}${afterFills(order)}.`,
  REPLACED: ({ answers }, order) => `Changed ${answers === 'REPLACE' ? 'as you asked' : 'by the venue'}${terms(order)}`,
  REJECTED: ({ rejectReason }) => `${rejected(rejectReason)}.`,
  EXPIRED: (_event, order) => `${EXPIRED[order.timeInForce]}${afterFills(order)}.`,
  DONE_FOR_DAY: (_event, order) => `Done for the day${afterFills(order)}.`,
  PENDING_CANCEL: () => 'Asked to cancel; the venue has not answered yet.',
  PENDING_REPLACE: () => 'Asked to change; the venue has not answered yet.',
  CANCEL_REJECTED: refused,
  TRADE_CANCEL: (event, order) =>
    `The venue has canceled a fill: ${fill(event)} counts no more. Filled now: ${ofWhole(order)}.`,
  TRADE_CORRECT: (event, order) =>
    `The venue has corrected a fill to ${fill(event)}. Filled now: ${ofWhole(order)}.${beyond(order)}`,
  RESTATED: (_event, order) => `Changed by the venue${terms(order)}`,
  SUSPENDED: () => 'Suspended by the venue: it can’t be filled now.',
  STOPPED: () => 'The venue has guaranteed a price; the fill is still to come.',
  ORDER_STATUS: () => 'The venue has said how the order is.',
};

/** What happened, in a sentence or two for the order's trader; `order` is as of the event. */
export function eventStatusText(event: ToldEvent, order: ToldOrder): string {
  return `${EVENT[event.execType](event, order)}${venueWords(event.text, 'The venue says')}`;
}

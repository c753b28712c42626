import type { OrderId, UserId } from '../kernel/brand.ts';
import { type Decimal, ZERO } from '../kernel/decimal.ts';
import { unreachable } from '../kernel/unreachable.ts';
import type { ChangedTerms, Opening, OrderEvent, OrderEventOf, Terms } from './event.ts';
import { isEarliest, isLatest, type Register, type Stamp, stampOf, type Stamps } from './registers.ts';
import type { AssetClass, PendingAction, Platform, RejectReason, Side } from './words.ts';

/** A cancel or replace that the venue has not answered yet. */
export interface PendingRequest {
  readonly action: PendingAction;
  readonly clOrdId: string;
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  readonly stopPx: Decimal | null;
}

/** Why no more fills are expected, beside the quantities. */
export type Closed = 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** Whether the venue works the order now. */
export type Session = 'LIVE' | 'DONE_FOR_DAY' | 'SUSPENDED';

/** Answers that are remembered, for a request that is reported after its answer. */
export const SETTLED_MAX = 20;

/** An order, as the fold of its events. Status, leaves and average are computed from it (status.ts), not kept. */
export interface Order {
  readonly id: OrderId;
  readonly userId: UserId;
  readonly venue: string;
  readonly account: string;
  /** ClOrdID of the terms in force: the last one of the replace chain. */
  readonly clOrdId: string | null;
  readonly venueOrderId: string | null;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly side: Side;
  readonly terms: Terms;
  readonly accepted: boolean;
  readonly closed: Closed | null;
  readonly session: Session;
  /** A specialist has guaranteed a price (FIX OrdStatus 7). */
  readonly stopped: boolean;
  /** The venue has said that an order by amount is filled, whose quantity nobody knows beforehand. */
  readonly complete: boolean;
  /** What the venue had stated as filled when a fill was derived from it last: all up to there is counted. */
  readonly derivedQty: Decimal;
  readonly stamps: Stamps;
  /** clOrdIds of the requests that were answered, and ids that the venue has given the order since; the last one last. */
  readonly settled: readonly string[];
  /** In the order in which they were asked. */
  readonly pending: readonly PendingRequest[];
  readonly cumQty: Decimal;
  /** Sum of lastQty x lastPx, exact. */
  readonly cumAmount: Decimal;
  readonly text: string | null;
  readonly rejectReason: RejectReason | null;
  readonly platform: Platform;
  /** The app that placed it, as the token or the app itself says. */
  readonly client: string | null;
  /** The trader's own name for what decided on it, for life. */
  readonly strategy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The count of its events. */
  readonly version: number;
}

function opened(opening: Opening, event: OrderEvent): Order {
  const { userId, venue, account, clOrdId, symbol, assetClass, side, platform, terms } = opening;
  const { client = null, strategy = null } = opening;
  return {
    ...{ userId, venue, account, clOrdId, symbol, assetClass, side, platform, client, strategy, terms },
    id: event.orderId,
    venueOrderId: null,
    accepted: false,
    ...{ closed: null, session: 'LIVE', stopped: false, complete: false, settled: [], pending: [] },
    derivedQty: ZERO,
    // What a report opens an order with was said by the venue then; what its trader asks, anything overrides.
    stamps:
      event.execId === null
        ? {}
        : stampsOf([...TERMS.filter((term) => terms[term] !== null), 'clOrdId'], stampOf(event)),
    cumQty: ZERO,
    cumAmount: ZERO,
    text: null,
    rejectReason: null,
    createdAt: event.receivedAt,
    updatedAt: event.receivedAt,
    version: 0,
  };
}

const TERMS = ['orderType', 'timeInForce', 'quantity', 'notional', 'price', 'stopPx'] as const;

const stampsOf = (registers: readonly Register[], stamp: Stamp): Stamps =>
  Object.fromEntries(registers.map((register) => [register, stamp]));

/** The order after the event. The first event of an order carries its opening. */
export function evolve(before: Order | null, event: OrderEvent): Order {
  const order = before ?? (event.opening && opened(event.opening, event));
  if (!order) throw new Error(`${event.type} of order ${event.orderId} has no order and no opening`);
  const { venueOrderId, text, toldQuantity } = event;
  const words = wordsOf(event);
  const stamps =
    event.stated && isLatest(stampOf(event), order.stamps.stated) ? stampsOf(['stated'], stampOf(event)) : {};
  const dated = { ...order, stamps: { ...order.stamps, ...stamps } };
  return said({ ...dated, updatedAt: event.receivedAt, version: order.version + 1, ...changed(dated, event) }, event, {
    ...(venueOrderId !== null && { venueOrderId }),
    ...(text !== null && { text }),
    ...words,
    ...(toldQuantity && { terms: { ...words.terms, quantity: toldQuantity } }),
  });
}

/** What sums up, whatever the order of arrival, and the requests. */
function changed(order: Order, event: OrderEvent): Partial<Order> {
  switch (event.type) {
    case 'OrderSubmitted':
      return {};
    case 'OrderAccepted':
    case 'OrderDoneForDay':
    case 'OrderSuspended':
    case 'OrderStopped':
    case 'OrderRestated':
      return { accepted: true };
    case 'OrderFilled':
      return { accepted: true, ...filled(order, event) };
    case 'FillBusted':
      return {
        ...counted(order, event.removedQty.negated(), event.removedAmount.negated()),
        ...(event.ended && { pending: [] }),
      };
    case 'FillCorrected':
      return counted(order, event.addedQty, event.addedAmount);
    case 'OrderCanceled':
      return { pending: [], settled: settledWith(order, event.clOrdId) };
    case 'OrderExpired':
    case 'OrderRejected':
      return { pending: [] };
    case 'OrderReplaced':
      return { accepted: true, ...replaced(order, event) };
    case 'CancelRequested': {
      const { clOrdId } = event;
      const none = { quantity: null, price: null, stopPx: null };
      return { pending: [...order.pending, { action: 'CANCEL', clOrdId, ...none }] };
    }
    case 'ReplaceRequested': {
      const { clOrdId, quantity, price, stopPx } = event;
      return { pending: [...order.pending, { action: 'REPLACE', clOrdId, quantity, price, stopPx }] };
    }
    case 'RequestRejected':
      return answeredBy(order, event.answers ?? event.clOrdId, null);
    default:
      return unreachable(event);
  }
}

function filled(order: Order, event: OrderEventOf<'OrderFilled'>): Partial<Order> {
  const { lastQty, lastPx, derivedAmount } = event;
  const sums = counted(order, lastQty, derivedAmount ?? lastQty.times(lastPx));
  if (!derivedAmount) return sums;
  const stamps = { ...order.stamps, ...stampsOf(['derivedQty'], stampOf(event)) };
  return { ...sums, stamps, derivedQty: event.derivedQty ?? order.cumQty.plus(lastQty) };
}

function replaced(order: Order, { clOrdId, answers, venueOrderId }: OrderEventOf<'OrderReplaced'>): Partial<Order> {
  const { pending, settled } = answeredBy(order, answers ?? clOrdId, 'REPLACE');
  const named = settledWith({ settled }, clOrdId);
  return { pending, settled: settledWith({ settled: named }, venueOrderId && replacementOf(venueOrderId)) };
}

/** How `settled` holds that the venue has put an order of this id in force. */
export const replacementOf = (venueOrderId: string): string => `v:${venueOrderId}`;

function counted({ cumQty, cumAmount }: Order, qty: Decimal, amount: Decimal): Pick<Order, 'cumQty' | 'cumAmount'> {
  return { cumQty: cumQty.plus(qty), cumAmount: cumAmount.plus(amount) };
}

/** The words of an event, of which the latest counts. */
type Words = Partial<Pick<Order, 'venueOrderId' | 'text' | 'clOrdId' | 'session' | 'stopped' | 'complete'>> & {
  readonly terms?: ChangedTerms;
  readonly closed?: Closed;
};

function wordsOf(event: OrderEvent): Words {
  switch (event.type) {
    case 'OrderAccepted':
      return { session: 'LIVE', stopped: false };
    case 'OrderFilled':
      return { session: 'LIVE', ...(event.complete && { complete: true }) };
    case 'OrderDoneForDay':
      return { session: 'DONE_FOR_DAY' };
    case 'OrderSuspended':
      return { session: 'SUSPENDED' };
    case 'OrderStopped':
      return { stopped: true };
    case 'OrderRestated':
      return { session: 'LIVE', stopped: false, terms: event.terms };
    case 'OrderReplaced':
      return { session: 'LIVE', ...(event.clOrdId !== null && { clOrdId: event.clOrdId }), terms: event.terms };
    case 'FillBusted':
      return { complete: false, ...(event.ended && { closed: 'CANCELED' }) };
    case 'OrderCanceled':
      return { closed: 'CANCELED' };
    case 'OrderExpired':
      return { closed: 'EXPIRED' };
    case 'OrderRejected':
      return { closed: 'REJECTED' };
    case 'OrderSubmitted':
    case 'FillCorrected':
    case 'CancelRequested':
    case 'ReplaceRequested':
    case 'RequestRejected':
      return {};
    default:
      return unreachable(event);
  }
}

function said(order: Order, event: OrderEvent, { terms = {}, closed, ...words }: Words): Order {
  const stamp = stampOf(event);
  const isNews = (register: Register): boolean => isLatest(stamp, order.stamps[register]);
  const news = <T extends object>(all: T): Partial<T> =>
    Object.fromEntries(Object.entries(all).filter(([register]) => isNews(register as Register))) as Partial<T>;
  const [newWords, newTerms] = [news(words), news(terms)];
  // The first end of an order, by the venue's clock, is its end.
  const ends = closed !== undefined && isEarliest(stamp, order.stamps.closed);
  const registers = [...Object.keys(newWords), ...Object.keys(newTerms), ...(ends ? ['closed'] : [])] as Register[];
  const rejectReason = event.type === 'OrderRejected' && ends ? event.rejectReason : order.rejectReason;
  return {
    ...{ ...order, ...newWords, rejectReason },
    closed: ends ? closed : order.closed,
    terms: { ...order.terms, ...newTerms },
    stamps: { ...order.stamps, ...stampsOf(registers, stamp) },
  };
}

/** The request that a report answers. A venue that names none answers the oldest of its kind. */
export function answered(
  pending: readonly PendingRequest[],
  clOrdId: string | null,
  action: PendingAction | null,
): PendingRequest | undefined {
  return pending.find((request) =>
    clOrdId === null ? action === null || request.action === action : request.clOrdId === clOrdId,
  );
}

function answeredBy(
  order: Order,
  clOrdId: string | null,
  action: PendingAction | null,
): Pick<Order, 'pending' | 'settled'> {
  const request = answered(order.pending, clOrdId, action);
  return {
    pending: request ? order.pending.filter((each) => each !== request) : order.pending,
    settled: settledWith(order, clOrdId ?? request?.clOrdId ?? null),
  };
}

function settledWith({ settled }: Pick<Order, 'settled'>, name: string | null): readonly string[] {
  return name === null || settled.includes(name) ? settled : [...settled, name].slice(-SETTLED_MAX);
}

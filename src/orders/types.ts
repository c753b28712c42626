import { builder } from '../graphql/builder.ts';
import { bounded, ids } from '../graphql/filter-values.ts';
import { REFUSAL_CODES, type Refusal } from './request.ts';
import type { OrderEventView, OrderView } from './view.ts';
import * as words from './words.ts';

export const OrderStatus = builder.enumType('OrderStatus', {
  values: words.ORDER_STATUSES,
  description: 'OrdStatus (39): where the order is now, by FIX precedence.',
});
export const ExecType = builder.enumType('ExecType', {
  values: words.EXEC_TYPES,
  description: 'ExecType (150): what happened.',
});
export const AssetClass = builder.enumType('AssetClass', {
  values: words.ASSET_CLASSES,
  description: 'SecurityType (167).',
});
export const Side = builder.enumType('Side', { values: words.SIDES, description: 'Side (54).' });
export const OrderType = builder.enumType('OrderType', { values: words.ORDER_TYPES, description: 'OrdType (40).' });
export const TimeInForce = builder.enumType('TimeInForce', {
  values: words.TIMES_IN_FORCE,
  description: 'TimeInForce (59).',
});
export const PendingAction = builder.enumType('PendingAction', {
  values: words.PENDING_ACTIONS,
  description: 'What was asked of the venue and is not answered yet.',
});
export const Platform = builder.enumType('Platform', {
  values: words.PLATFORMS,
  description: 'Where the order was placed; API when it came from elsewhere.',
});
export const RejectReason = builder.enumType('RejectReason', {
  values: words.REJECT_REASONS,
  description: 'OrdRejReason (103).',
});
const RefusalCode = builder.enumType('RefusalCode', {
  values: REFUSAL_CODES,
  description: 'Why a request did nothing.',
});

export const OrderRef = builder.objectRef<OrderView>('Order');
OrderRef.implement({
  description: 'An order as it is, or, in an update, as of that event. Quantities are units of the instrument.',
  interfaces: [builder.nodeInterfaceRef()],
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'cumQty' in value,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'OrderID (37), ours.' }),
    clOrdId: t.exposeString('clOrdId', { nullable: true, description: 'ClOrdID (11) of the terms in force.' }),
    venue: t.exposeString('venue', { description: 'The venue that the order is at.' }),
    venueOrderId: t.exposeString('venueOrderId', { nullable: true, description: 'OrderID (37), the venue’s.' }),
    account: t.exposeString('account', { nullable: true, description: 'Account (1); null for the venue’s only one.' }),
    symbol: t.exposeString('symbol', { description: 'Symbol (55), as the venue spells it.' }),
    assetClass: t.expose('assetClass', { type: AssetClass, description: 'SecurityType (167).' }),
    side: t.expose('side', { type: Side, description: 'Side (54).' }),
    orderType: t.expose('orderType', { type: OrderType, description: 'OrdType (40).' }),
    timeInForce: t.expose('timeInForce', { type: TimeInForce, description: 'TimeInForce (59).' }),
    quantity: t.expose('quantity', {
      type: 'Decimal',
      nullable: true,
      description: 'OrderQty (38); null on an order by amount.',
    }),
    notional: t.expose('notional', {
      type: 'Decimal',
      nullable: true,
      description: 'CashOrderQty (152): the amount of an order by amount, in the instrument’s currency.',
    }),
    price: t.expose('price', { type: 'Decimal', nullable: true, description: 'Price (44), per unit.' }),
    stopPx: t.expose('stopPx', { type: 'Decimal', nullable: true, description: 'StopPx (99), per unit.' }),
    status: t.expose('status', { type: OrderStatus, description: 'OrdStatus (39).' }),
    pendingAction: t.expose('pendingAction', {
      type: PendingAction,
      nullable: true,
      description: 'What was asked of the venue and is not answered yet.',
    }),
    cumQty: t.expose('cumQty', { type: 'Decimal', description: 'CumQty (14): filled so far.' }),
    leavesQty: t.expose('leavesQty', {
      type: 'Decimal',
      nullable: true,
      description: 'LeavesQty (151): still open; null while an order by amount is open.',
    }),
    avgPx: t.expose('avgPx', {
      type: 'Decimal',
      nullable: true,
      description: 'AvgPx (6): exact mean of the fills, half-even to 18 decimals; null before the first fill.',
    }),
    overfillQty: t.expose('overfillQty', {
      type: 'Decimal',
      nullable: true,
      description: 'What was filled beyond the quantity; null when nothing was.',
    }),
    text: t.exposeString('text', { nullable: true, description: 'Text (58): the venue’s last words on the order.' }),
    rejectReason: t.expose('rejectReason', {
      type: RejectReason,
      nullable: true,
      description: 'OrdRejReason (103) of a rejected order.',
    }),
    statusText: t.exposeString('statusText', {
      nullable: true,
      description: 'How the order is, in words for its trader; null in updates from before this was told.',
    }),
    platform: t.expose('platform', { type: Platform, description: 'Where the order was placed.' }),
    client: t.exposeString('client', {
      nullable: true,
      description: 'The app that placed it, as the token or the app itself says; null when nobody said.',
    }),
    strategy: t.exposeString('strategy', {
      nullable: true,
      description: 'What decided on it, as `placeOrder` named it; null when it named none.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first seen here.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When its last event was received here.' }),
    version: t.exposeInt('version', {
      description: 'The count of its events: an order of a lower version is an older one.',
    }),
  }),
});

export const OrderEventRef = builder.objectRef<OrderEventView>('OrderEvent');
OrderEventRef.implement({
  description: 'One thing that happened to an order: a FIX ExecutionReport (35=8) or what was asked here.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique among all events.' }),
    execType: t.expose('execType', { type: ExecType, description: 'ExecType (150).' }),
    status: t.expose('status', { type: OrderStatus, description: 'OrdStatus (39) after it.' }),
    execId: t.exposeString('execId', { nullable: true, description: 'ExecID (17); null for what was asked here.' }),
    execRefId: t.exposeString('execRefId', {
      nullable: true,
      description: 'ExecRefID (19): the execution that was busted or corrected.',
    }),
    lastQty: t.expose('lastQty', { type: 'Decimal', nullable: true, description: 'LastQty (32): this fill.' }),
    lastPx: t.expose('lastPx', { type: 'Decimal', nullable: true, description: 'LastPx (31): this fill, per unit.' }),
    cumQty: t.expose('cumQty', { type: 'Decimal', description: 'CumQty (14) after it.' }),
    leavesQty: t.expose('leavesQty', { type: 'Decimal', nullable: true, description: 'LeavesQty (151) after it.' }),
    avgPx: t.expose('avgPx', { type: 'Decimal', nullable: true, description: 'AvgPx (6) after it.' }),
    text: t.exposeString('text', { nullable: true, description: 'Text (58): the venue’s words.' }),
    statusText: t.exposeString('statusText', {
      nullable: true,
      description: 'What happened, in words for the trader; null in events from before this was told.',
    }),
    rejectReason: t.expose('rejectReason', {
      type: RejectReason,
      nullable: true,
      description:
        'OrdRejReason (103) or CxlRejReason (102) of what it refuses; null in events from before this was told.',
    }),
    answers: t.expose('answers', {
      type: PendingAction,
      nullable: true,
      description:
        'The request that it answers, as CxlRejResponseTo (434) names it; null when none is known, and in events from before this was told.',
    }),
    lateAfter: t.expose('lateAfter', {
      type: OrderStatus,
      nullable: true,
      description:
        'CANCELED, EXPIRED or REJECTED on a fill that came after the order had ended so, even when it completes the order; null on anything else, and in events from before this was told.',
    }),
    transactTime: t.expose('transactTime', {
      type: 'DateTime',
      nullable: true,
      description: 'TransactTime (60): the venue’s clock.',
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it reached this service.' }),
    committedAt: t.expose('committedAt', { type: 'DateTime', description: 'When it was written to the log.' }),
  }),
});

const RefusalRef = builder.objectRef<Refusal>('Refusal').implement({
  description: 'An expected outcome: the request did nothing.',
  fields: (t) => ({
    code: t.expose('code', { type: RefusalCode }),
    message: t.exposeString('message', { description: 'For a person to read.' }),
  }),
});

/** The answer of every order mutation, with the position already printed for its viewer. */
export interface OrderPayload {
  readonly order: OrderView | null;
  readonly position: string;
  readonly refusal: Refusal | null;
}

export const OrderPayloadRef = builder.objectRef<OrderPayload>('OrderPayload').implement({
  description: 'What a mutation of an order came to.',
  fields: (t) => ({
    order: t.expose('order', { type: OrderRef, nullable: true, description: 'Null on a refusal.' }),
    position: t.expose('position', {
      type: 'Cursor',
      description: 'Follow from here to miss nothing of this order; an update of no higher version is in it already.',
    }),
    refusal: t.expose('refusal', { type: RefusalRef, nullable: true, description: 'Null when it was done.' }),
  }),
});

export const OrderFilterInput = builder.inputType('OrderFilter', {
  description: 'Narrows a list of orders; an absent field narrows nothing.',
  fields: (t) => ({
    open: t.boolean({ description: 'May still be filled, or not.' }),
    statuses: t.field({ type: [OrderStatus], validate: bounded }),
    symbols: t.stringList({ validate: ids }),
    assetClasses: t.field({ type: [AssetClass], validate: bounded }),
    side: t.field({ type: Side }),
    venues: t.stringList({ validate: ids }),
    platforms: t.field({ type: [Platform], validate: bounded }),
    clients: t.stringList({ validate: ids, description: 'As `client` spells them.' }),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
  }),
});

export const SortDirection = builder.enumType('SortDirection', { values: words.SORT_DIRECTIONS });

const OrderOrderField = builder.enumType('OrderOrderField', {
  description: 'What orders are sorted by.',
  values: {
    CREATED_AT: { description: 'It never changes, so pages stay as they were while orders come and change.' },
    UPDATED_AT: {
      description:
        'A moving list: an order that changes while you page goes to the end that is updated last, so that descending pages may leave it out and ascending ones show it again. Follow `orderUpdated(after: position)` from the first page, and nothing is missed.',
    },
  } as const satisfies Record<words.OrderOrderField, object>,
});

export const OrderOrderInput = builder.inputType('OrderOrder', {
  fields: (t) => ({
    field: t.field({ type: OrderOrderField, defaultValue: 'CREATED_AT', required: true }),
    direction: t.field({ type: SortDirection, defaultValue: 'DESC', required: true }),
  }),
});

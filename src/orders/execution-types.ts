import { builder } from '../graphql/builder.ts';
import { bounded, ids } from '../graphql/filter-values.ts';
import type { Connection } from '../graphql/paging.ts';
import type { ExecutionView } from './execution-view.ts';
import { AssetClass, ExecType, Platform, Side, SortDirection } from './types.ts';

export const ExecutionRef = builder.objectRef<ExecutionView>('Execution').implement({
  description: 'A fill, or what its venue said of one afterwards: execType is TRADE, TRADE_CANCEL or TRADE_CORRECT.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique among all executions.' }),
    execId: t.exposeString('execId', { description: 'ExecID (17), unique at its venue.' }),
    execType: t.expose('execType', { type: ExecType, description: 'ExecType (150).' }),
    execRefId: t.exposeString('execRefId', {
      nullable: true,
      description: 'ExecRefID (19): the execution that is busted or corrected.',
    }),
    orderId: t.exposeID('orderId', { description: 'The id of its order.' }),
    clOrdId: t.exposeString('clOrdId', { nullable: true, description: 'ClOrdID (11) of the order’s terms in force.' }),
    symbol: t.exposeString('symbol', { description: 'Symbol (55), as the venue spells it.' }),
    assetClass: t.expose('assetClass', { type: AssetClass, description: 'SecurityType (167).' }),
    side: t.expose('side', { type: Side, description: 'Side (54).' }),
    venue: t.exposeString('venue', { description: 'The venue that reported it.' }),
    account: t.exposeString('account', { nullable: true, description: 'Account (1); null for the venue’s only one.' }),
    platform: t.expose('platform', { type: Platform, description: 'Where the order was placed.' }),
    client: t.exposeString('client', { nullable: true, description: 'The app that placed the order.' }),
    lastQty: t.expose('lastQty', {
      type: 'Decimal',
      nullable: true,
      description:
        'LastQty (32); null on a bust of which the venue tells none. Of a fill that is known by a sum of the venue: what its own messages have not told by now, below zero where they tell more than the sum.',
    }),
    lastPx: t.expose('lastPx', { type: 'Decimal', nullable: true, description: 'LastPx (31), per unit.' }),
    amount: t.expose('amount', {
      type: 'Decimal',
      nullable: true,
      description: 'lastQty x lastPx, half-even to 18 decimals.',
    }),
    transactTime: t.expose('transactTime', {
      type: 'DateTime',
      nullable: true,
      description: 'TransactTime (60): the venue’s clock.',
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it reached this service.' }),
    committedAt: t.expose('committedAt', { type: 'DateTime', description: 'When it was written to the log.' }),
    counts: t.exposeBoolean('counts', {
      description:
        'Its lastQty and lastPx are in the order’s cumQty and avgPx: neither busted, corrected nor superseded, nor a bust.',
    }),
    busted: t.exposeBoolean('busted', { description: 'The venue has canceled this fill.' }),
    correctedBy: t.exposeString('correctedBy', {
      nullable: true,
      description: 'The execId of the correction that stands in its place; null when none does.',
    }),
    superseded: t.exposeBoolean('superseded', {
      description:
        'Known by a sum of the venue first, and told by late messages of its own since, which count instead.',
    }),
  }),
});

export const ExecutionConnectionRef = builder.connectionObject<
  typeof ExecutionRef,
  Connection<ExecutionView>,
  { list: false; items: false },
  false
>({ type: ExecutionRef, name: 'ExecutionConnection', description: 'A page of executions.' }, { name: 'ExecutionEdge' });

export const ExecutionFilterInput = builder.inputType('ExecutionFilter', {
  description: 'Narrows a list of executions; an absent field narrows nothing.',
  fields: (t) => ({
    orderId: t.id({ description: 'Of this order alone.' }),
    symbols: t.stringList({ validate: ids }),
    assetClasses: t.field({ type: [AssetClass], validate: bounded }),
    side: t.field({ type: Side }),
    venues: t.stringList({ validate: ids }),
    platforms: t.field({ type: [Platform], validate: bounded }),
    clients: t.stringList({ validate: ids }),
    from: t.field({ type: 'DateTime', description: 'At this transactTime (receivedAt where there is none) or after.' }),
    to: t.field({ type: 'DateTime', description: 'Before this transactTime (receivedAt where there is none).' }),
  }),
});

const ExecutionOrderField = builder.enumType('ExecutionOrderField', {
  description: 'What executions are sorted by.',
  values: {
    TRANSACT_TIME: { description: 'transactTime, or receivedAt where there is none. Neither ever changes.' },
  } as const,
});

export const ExecutionOrderInput = builder.inputType('ExecutionOrder', {
  fields: (t) => ({
    field: t.field({ type: ExecutionOrderField, defaultValue: 'TRANSACT_TIME', required: true }),
    direction: t.field({ type: SortDirection, defaultValue: 'DESC', required: true }),
  }),
});

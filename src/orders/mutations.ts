import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { type Context, viewerOf } from '../graphql/context.ts';
import { ID_CHARACTERS_MAX, idSchema, isStorable, NOT_STORABLE, strategySchema } from '../kernel/text.ts';
import { cursorOf } from '../stream/resume.ts';
import { cancelOrder, type CommandResult, modifyOrder, placeOrder } from './commands.ts';
import { AssetClass, type OrderPayload, OrderPayloadRef, OrderType, Platform, Side, TimeInForce } from './types.ts';
import { orderView } from './view.ts';

const PlaceOrderInput = builder.inputType('PlaceOrderInput', {
  description:
    'A new order: either `quantity` or `notional`; a `price` for LIMIT, a `stopPx` for STOP, both for STOP_LIMIT.',
  fields: (t) => ({
    clOrdId: t.string({ required: true, validate: idSchema, description: 'ClOrdID (11): yours, the idempotency key.' }),
    symbol: t.string({ required: true, validate: idSchema, description: 'Symbol (55), as the venue spells it.' }),
    assetClass: t.field({ type: AssetClass, required: true }),
    side: t.field({ type: Side, required: true }),
    orderType: t.field({ type: OrderType, required: true }),
    timeInForce: t.field({ type: TimeInForce, required: true }),
    quantity: t.field({ type: 'Decimal' }),
    notional: t.field({ type: 'Decimal', description: 'CashOrderQty (152): an amount instead of a quantity.' }),
    price: t.field({ type: 'Decimal' }),
    stopPx: t.field({ type: 'Decimal' }),
    venue: t.string({ validate: idSchema.nullish(), description: 'The configured default venue unless told.' }),
    account: t.string({
      validate: z.string().max(ID_CHARACTERS_MAX).refine(isStorable, NOT_STORABLE).nullish(),
      description: 'Your only account there unless told.',
    }),
    platform: t.field({ type: Platform, description: 'Where the token says none; API unless told.' }),
    client: t.string({
      validate: idSchema.nullish(),
      description:
        'Your app and its version, such as `acme-ios/2.3`. Where the token names its app, only a version behind that name.',
    }),
    strategy: t.string({
      validate: strategySchema.nullish(),
      description:
        'Your name for what decided on it, without commas. Notifications of the order carry it, and can be followed, listed and muted by it.',
    }),
  }),
});

const ModifyOrderInput = builder.inputType('ModifyOrderInput', {
  description: 'New terms for an open order; what is absent stays as it is.',
  fields: (t) => ({
    orderId: t.id({ required: true }),
    clOrdId: t.string({ required: true, validate: idSchema, description: 'ClOrdID (11) of this request, a new one.' }),
    quantity: t.field({ type: 'Decimal', description: 'The new whole quantity, what is filled included.' }),
    price: t.field({ type: 'Decimal' }),
    stopPx: t.field({ type: 'Decimal' }),
  }),
});

const CancelOrderInput = builder.inputType('CancelOrderInput', {
  fields: (t) => ({
    orderId: t.id({ required: true }),
    clOrdId: t.string({ required: true, validate: idSchema, description: 'ClOrdID (11) of this request, a new one.' }),
  }),
});

function payload({ deps, viewer }: Context, { order, position, refusal }: CommandResult): OrderPayload | never {
  const cursor = viewer ? cursorOf(deps, viewer.id, position) : '';
  return { order: order && orderView(order), position: cursor, refusal };
}

builder.mutationFields((t) => ({
  placeOrder: t.field({
    type: OrderPayloadRef,
    authScopes: { trade: true },
    description: 'Opens an order and sends it to its venue. Repeated with the same input it answers the same order.',
    args: { input: t.arg({ type: PlaceOrderInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { orderType, timeInForce, quantity, notional, price, stopPx, venue, account, ...origin } = input;
      const { platform, client, strategy, ...rest } = origin;
      const terms = {
        ...{ orderType, timeInForce },
        quantity: quantity ?? null,
        notional: notional ?? null,
        price: price ?? null,
        stopPx: stopPx ?? null,
      };
      const where = { venue: venue ?? null, account: account ?? null };
      // The hash of the input tells a repeat: what it was before there were these two it must stay without them.
      const named = {
        ...(typeof client === 'string' && { client }),
        ...(typeof strategy === 'string' && { strategy }),
      };
      const order = { ...rest, terms, ...where, platform: platform ?? 'API', ...named };
      return payload(context, await placeOrder(context.deps, viewerOf(context), order));
    },
  }),
  modifyOrder: t.field({
    type: OrderPayloadRef,
    authScopes: { trade: true },
    description: 'Asks the venue to replace the terms of an open order; its answer comes as an update.',
    args: { input: t.arg({ type: ModifyOrderInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const { orderId, clOrdId, quantity, price, stopPx } = input;
      const change = { quantity: quantity ?? null, price: price ?? null, stopPx: stopPx ?? null };
      return payload(context, await modifyOrder(context.deps, viewerOf(context), { orderId, clOrdId, ...change }));
    },
  }),
  cancelOrder: t.field({
    type: OrderPayloadRef,
    authScopes: { trade: true },
    description: 'Asks the venue to cancel an open order; its answer comes as an update.',
    args: { input: t.arg({ type: CancelOrderInput, required: true }) },
    resolve: async (_root, { input: { orderId, clOrdId } }, context) =>
      payload(context, await cancelOrder(context.deps, viewerOf(context), { orderId, clOrdId })),
  }),
}));

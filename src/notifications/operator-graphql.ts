import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { idSchema, isStorable, NOT_STORABLE } from '../kernel/text.ts';
import { DeliveryReason, DeliveryState, NotificationChannel, NotificationType } from './types.ts';
import { unserved } from './unserved.ts';
import type { Channel, DeliveryReason as Reason, DeliveryState as State } from './words.ts';

const CHANNEL_KINDS = ['WEB_PUSH', 'FCM', 'APNS', 'EMAIL', 'SMS', 'WEBHOOK'] as const;
const ChannelKind = builder.enumType('ChannelKind', { values: CHANNEL_KINDS, description: 'What carries a channel.' });

interface ChannelStatus {
  readonly channel: Channel;
  readonly kinds: readonly (typeof CHANNEL_KINDS)[number][];
  readonly configured: boolean;
  readonly webPushPublicKey: string | null;
}

const ChannelStatusRef = builder.objectRef<ChannelStatus>('ChannelStatus').implement({
  description: 'Whether notifications can go to a channel at all.',
  fields: (t) => ({
    channel: t.expose('channel', { type: NotificationChannel }),
    kinds: t.field({
      type: [ChannelKind],
      description: 'Those that are configured.',
      resolve: ({ kinds }) => [...kinds],
    }),
    configured: t.exposeBoolean('configured', { description: 'False: it is off on this service.' }),
    webPushPublicKey: t.exposeString('webPushPublicKey', {
      nullable: true,
      description: 'Of PUSH: the applicationServerKey (RFC 8292) that a browser subscribes with; null: no web push.',
    }),
  }),
});

export const TRACE_STEPS = ['WEBHOOK', 'ORDER_EVENT', 'FACT', 'NOTIFICATION', 'DELIVERY', 'PROVIDER'] as const;

/** One step on the way from a venue's webhook to a provider's answer. */
export interface TraceStep {
  readonly at: string;
  readonly step: (typeof TRACE_STEPS)[number];
  readonly id: string;
  readonly userId: string | null;
  readonly notificationId: string | null;
  readonly channel: Channel | null;
  readonly state: State | null;
  readonly reason: Reason | null;
  readonly text: string;
}

const TraceStepRef = builder.objectRef<TraceStep>('TraceStep').implement({
  description: 'One step on the way from a venue’s webhook to a provider’s answer.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    step: t.expose('step', { type: builder.enumType('TraceStepKind', { values: TRACE_STEPS }) }),
    id: t.exposeString('id', { description: 'Of the delivery, event, fact or message, in its system’s own words.' }),
    userId: t.exposeID('userId', { nullable: true }),
    notificationId: t.exposeID('notificationId', { nullable: true }),
    channel: t.expose('channel', { type: NotificationChannel, nullable: true }),
    state: t.expose('state', { type: DeliveryState, nullable: true }),
    reason: t.expose('reason', { type: DeliveryReason, nullable: true }),
    text: t.exposeString('text', { description: 'What happened, for support.' }),
  }),
});

const idArg = z.string().max(256).nullish();

builder.queryFields((t) => ({
  channels: t.field({
    type: [ChannelStatusRef],
    authScopes: { read: true },
    description: 'What notifications can be sent on here.',
    resolve: unserved,
  }),
  deliveryTrace: t.field({
    type: [TraceStepRef],
    authScopes: { admin: true },
    description:
      'Why a user did, or did not, get something: from the venue’s webhook to the provider’s answer, in order of time. Of one notification, or of all that tell of an order; none when there is no such thing.',
    args: { notificationId: t.arg.id({ validate: idArg }), orderId: t.arg.id({ validate: idArg }) },
    resolve: unserved,
  }),
}));

const text = (max: number) => z.string().min(1).max(max).refine(isStorable, NOT_STORABLE);

const FactInput = builder.inputType('FactInput', {
  description: 'Something that another system has found out about a user, and that may be worth telling.',
  fields: (t) => ({
    userId: t.id({ required: true, validate: text(255), description: 'The `sub` of the user’s tokens.' }),
    type: t.field({ type: NotificationType, required: true }),
    key: t.string({ required: true, validate: idSchema, description: 'Yours, the idempotency key for the user.' }),
    symbol: t.string({ validate: idSchema.nullish() }),
    strategy: t.string({ validate: idSchema.nullish() }),
    orderId: t.id({ validate: idArg, description: 'As in `Order.id`.' }),
    data: t.field({ type: 'NotificationData', description: 'What the words are made of.' }),
    occurredAt: t.field({ type: 'DateTime', required: true }),
  }),
});

export const FACTS_MAX = 500;
const ReportFactsInput = builder.inputType('ReportFactsInput', {
  fields: (t) => ({
    facts: t.field({ type: [FactInput], required: true, validate: z.array(z.any()).min(1).max(FACTS_MAX) }),
  }),
});

const FactsPayloadRef = builder.objectRef<{ accepted: number; duplicates: number }>('FactsPayload').implement({
  description: 'What became of the facts, counted.',
  fields: (t) => ({
    accepted: t.exposeInt('accepted', { description: 'Taken now.' }),
    duplicates: t.exposeInt('duplicates', { description: 'Known before by (userId, key).' }),
  }),
});

export const NOTICE_TYPES = ['SYSTEM_NOTICE', 'SYSTEM_MAINTENANCE', 'REGULATORY_NOTICE'] as const;
const SystemNoticeType = builder.enumType('SystemNoticeType', { values: NOTICE_TYPES });

const SystemNoticeInput = builder.inputType('SystemNoticeInput', {
  description: 'To everybody, unless it is narrowed.',
  fields: (t) => ({
    type: t.field({ type: SystemNoticeType, required: true }),
    title: t.string({ required: true, validate: text(120) }),
    body: t.string({ required: true, validate: text(2_000) }),
    region: t.string({ validate: idSchema.nullish(), description: 'Only to users of this region.' }),
    appVersionBelow: t.string({
      validate: z
        .string()
        .regex(/^\d{1,9}(\.\d{1,9}){0,3}$/, 'must be numbers with points')
        .nullish(),
      description: 'Only to users who have an app of a lower version.',
    }),
  }),
});

const SystemNoticePayloadRef = builder.objectRef<{ id: string }>('SystemNoticePayload').implement({
  fields: (t) => ({ id: t.exposeID('id', { description: 'Of the notice.' }) }),
});

export const REPLAY_MAX = 1_000;
const ReplayDeliveriesInput = builder.inputType('ReplayDeliveriesInput', {
  fields: (t) => ({
    channel: t.field({ type: NotificationChannel, required: true }),
    limit: t.int({ required: true, defaultValue: 100, validate: z.number().int().min(1).max(REPLAY_MAX) }),
  }),
});

const ReplayDeliveriesPayloadRef = builder.objectRef<{ replayed: number }>('ReplayDeliveriesPayload').implement({
  fields: (t) => ({ replayed: t.exposeInt('replayed', { description: 'How many are owed again.' }) }),
});

builder.mutationFields((t) => ({
  reportFacts: t.field({
    type: FactsPayloadRef,
    authScopes: { ingest: true },
    description: 'Takes what risk, strategies and alerts have found out. Idempotent by (userId, key).',
    args: { input: t.arg({ type: ReportFactsInput, required: true }) },
    resolve: unserved,
  }),
  systemNotice: t.field({
    type: SystemNoticePayloadRef,
    authScopes: { admin: true },
    description: 'Tells everybody, or a part of the users, something.',
    args: { input: t.arg({ type: SystemNoticeInput, required: true }) },
    resolve: unserved,
  }),
  replayDeliveries: t.field({
    type: ReplayDeliveriesPayloadRef,
    authScopes: { admin: true },
    description: 'Deliveries of a channel that failed are owed again, the oldest first.',
    args: { input: t.arg({ type: ReplayDeliveriesInput, required: true }) },
    resolve: unserved,
  }),
}));

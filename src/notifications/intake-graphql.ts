import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { badInput } from '../graphql/errors.ts';
import { viewerOf } from '../graphql/context.ts';
import { globalId } from '../kernel/global-id.ts';
import { idSchema, isStorable, NOT_STORABLE, strategySchema } from '../kernel/text.ts';
import { replayDeliveries } from './dead-letter.ts';
import { announce, NOTICE_TYPES, reportFacts } from './intake.ts';
import { NotificationChannel, NotificationType } from './types.ts';

const idArg = z.string().max(256).nullish();
const text = (max: number) => z.string().min(1).max(max).refine(isStorable, NOT_STORABLE);

const FactInput = builder.inputType('FactInput', {
  description: 'Something that another system has found out about a user, and that may be worth telling.',
  fields: (t) => ({
    userId: t.id({ required: true, validate: text(255), description: 'The `sub` of the user’s tokens.' }),
    type: t.field({ type: NotificationType, required: true }),
    key: t.string({ required: true, validate: idSchema, description: 'Yours, the idempotency key for the user.' }),
    symbol: t.string({ validate: idSchema.nullish() }),
    strategy: t.string({ validate: strategySchema.nullish(), description: 'As in `Order.strategy`.' }),
    orderId: t.id({ validate: idArg, description: 'As in `Order.id`.' }),
    data: t.field({ type: 'NotificationData', description: 'What the words are made of.' }),
    occurredAt: t.field({ type: 'DateTime', required: true }),
  }),
});

const FACTS_MAX = 500;
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
    key: t.string({
      validate: idSchema.nullish(),
      description: 'Yours, the idempotency key: the same notice under the same key is given out once.',
    }),
  }),
});

const SystemNoticePayloadRef = builder.objectRef<{ id: string }>('SystemNoticePayload').implement({
  fields: (t) => ({ id: t.exposeID('id', { description: 'Of the notice.' }) }),
});

const REPLAY_MAX = 1_000;
const ReplayDeliveriesInput = builder.inputType('ReplayDeliveriesInput', {
  fields: (t) => ({
    channel: t.field({ type: NotificationChannel, description: 'Absent: on every one.' }),
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
    resolve: async (_root, { input: { facts } }, { deps }) => {
      const taken = await reportFacts(deps, facts);
      if ('fault' in taken) throw badInput(taken.fault);
      return taken;
    },
  }),
  systemNotice: t.field({
    type: SystemNoticePayloadRef,
    authScopes: { admin: true },
    description: 'Tells everybody, or a part of the users, something. Idempotent by `key`.',
    args: { input: t.arg({ type: SystemNoticeInput, required: true }) },
    resolve: async (_root, { input }, context) => {
      const notice = await announce(context.deps, viewerOf(context).id, input);
      if ('fault' in notice) throw badInput(notice.fault);
      return { id: globalId('SystemNotice', notice.id) };
    },
  }),
  replayDeliveries: t.field({
    type: ReplayDeliveriesPayloadRef,
    authScopes: { admin: true },
    description: 'Deliveries that failed, and are still worth telling, are owed again, the newest first.',
    args: { input: t.arg({ type: ReplayDeliveriesInput, required: true }) },
    resolve: async (_root, { input: { channel, limit } }, { deps }) => ({
      replayed: await replayDeliveries(deps, { channel: channel ?? null, limit }),
    }),
  }),
}));

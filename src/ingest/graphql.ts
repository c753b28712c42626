import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { apiError, badInput } from '../graphql/errors.ts';
import { userId } from '../kernel/brand.ts';
import { writeExact } from '../kernel/exact-json.ts';
import { digest, ID_CHARACTERS_MAX, idSchema, isStorable, NOT_STORABLE } from '../kernel/text.ts';
import {
  AssetClass,
  ExecType,
  OrderStatus,
  OrderType,
  PendingAction,
  RejectReason,
  Side,
  TimeInForce,
} from '../orders/types.ts';
import { DELIVERY_REPORTS_MAX, receive } from './delivery.ts';
import { UnavailableError } from './group-commit.ts';
import { linkVenueAccount } from './link.ts';

const ExecutionReportInput = builder.inputType('ExecutionReportInput', {
  description: 'What a venue reports of an order, as in its webhooks: a FIX ExecutionReport (35=8) in our words.',
  fields: (t) => ({
    execId: t.string({ required: true, description: 'ExecID (17), unique per venue: the idempotency key.' }),
    execType: t.field({ type: ExecType, required: true }),
    execRefId: t.string({ description: 'ExecRefID (19).' }),
    venueOrderId: t.string({ description: 'OrderID (37). This or clOrdId must be given.' }),
    replacesVenueOrderId: t.string({
      description: 'OrderID (37) of the order that this one has replaced, where a replacement gets an id of its own.',
    }),
    clOrdId: t.string({ description: 'ClOrdID (11).' }),
    origClOrdId: t.string({ description: 'OrigClOrdID (41).' }),
    account: t.string({ description: 'Account (1); absent for the venue’s only one.' }),
    symbol: t.string(),
    side: t.field({ type: Side }),
    orderType: t.field({ type: OrderType }),
    timeInForce: t.field({ type: TimeInForce }),
    assetClass: t.field({ type: AssetClass }),
    quantity: t.field({ type: 'Decimal', description: 'OrderQty (38).' }),
    notional: t.field({ type: 'Decimal', description: 'CashOrderQty (152).' }),
    price: t.field({ type: 'Decimal', description: 'Price (44).' }),
    stopPx: t.field({ type: 'Decimal', description: 'StopPx (99).' }),
    lastQty: t.field({ type: 'Decimal', description: 'LastQty (32).' }),
    lastPx: t.field({ type: 'Decimal', description: 'LastPx (31).' }),
    cumQty: t.field({ type: 'Decimal', description: 'CumQty (14), the venue’s view.' }),
    leavesQty: t.field({ type: 'Decimal', description: 'LeavesQty (151), the venue’s view.' }),
    avgPx: t.field({ type: 'Decimal', description: 'AvgPx (6), the venue’s view.' }),
    status: t.field({ type: OrderStatus, description: 'OrdStatus (39), the venue’s view.' }),
    transactTime: t.field({ type: 'DateTime', description: 'TransactTime (60).' }),
    text: t.string({ description: 'Text (58).' }),
    rejectReason: t.field({ type: RejectReason }),
    cxlRejResponseTo: t.field({
      type: PendingAction,
      description: 'CxlRejResponseTo (434): what kind of request is refused, where no clOrdId says it.',
    }),
  }),
});

interface IngestResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

const IngestResultRef = builder.objectRef<IngestResult>('IngestResult').implement({
  description: 'What became of the reports of one delivery, counted.',
  fields: (t) => ({
    accepted: t.exposeInt('accepted', { description: 'Applied now.' }),
    duplicates: t.exposeInt('duplicates', { description: 'Known before, or telling nothing new.' }),
    quarantined: t.exposeInt('quarantined', { description: 'Kept aside with a reason.' }),
  }),
});

interface VenueAccount {
  readonly venue: string;
  readonly account: string;
  readonly userId: string;
}

const VenueAccountRef = builder.objectRef<VenueAccount>('VenueAccount').implement({
  description: 'Whose orders a venue’s account reports.',
  fields: (t) => ({
    venue: t.exposeString('venue'),
    account: t.exposeString('account'),
    userId: t.exposeID('userId', { description: 'The `sub` of the user’s tokens.' }),
  }),
});

const reportsSchema = z
  .array(z.unknown())
  .min(1, 'give at least one report')
  .max(DELIVERY_REPORTS_MAX, `give at most ${DELIVERY_REPORTS_MAX} reports`);

builder.mutationFields((t) => ({
  ingestExecutionReports: t.field({
    type: IngestResultRef,
    authScopes: { ingest: true },
    description:
      'Applies a venue’s reports in one transaction, as its webhook does. Idempotent by (venue, deliveryId) and by (venue, execId).',
    args: {
      venue: t.arg.string({ required: true }),
      deliveryId: t.arg.string({ required: true, validate: idSchema }),
      reports: t.arg({ type: [ExecutionReportInput], required: true, validate: reportsSchema }),
    },
    resolve: async (_root, { venue, deliveryId, reports }, { deps }) => {
      if (!deps.venues.has(venue)) throw badInput('there is no venue of this name');
      const body = writeExact(reports);
      const content = { reports: (JSON.parse(body) as unknown[]).map(receive) };
      const delivery = { venue, deliveryId, bodyHash: digest(body), receivedAt: deps.clock.now(), content };
      const outcome = await deps.ingest.submit(delivery).catch((error: unknown) => {
        throw error instanceof UnavailableError ? apiError('UNAVAILABLE', 'try again in a moment') : error;
      });
      if (outcome.status === 'applied') return outcome;
      throw badInput('this delivery id is known with other reports');
    },
  }),
  linkVenueAccount: t.field({
    type: VenueAccountRef,
    authScopes: { admin: true },
    description: 'Maps a venue’s account to a user and applies the reports that waited for it. Idempotent.',
    args: {
      venue: t.arg.string({ required: true }),
      account: t.arg.string({
        required: true,
        validate: z.string().max(ID_CHARACTERS_MAX).refine(isStorable, NOT_STORABLE),
      }),
      userId: t.arg.id({ required: true, validate: z.string().min(1).max(255).refine(isStorable, NOT_STORABLE) }),
    },
    resolve: async (_root, { venue, account, userId: user }, { deps }) => {
      if (!deps.venues.has(venue)) throw badInput('there is no venue of this name');
      const { linked } = await linkVenueAccount(deps, { venue, account }, userId(user));
      if (!linked) throw badInput('the account is linked to another user');
      return { venue, account, userId: user };
    },
  }),
}));

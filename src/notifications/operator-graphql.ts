import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { builder } from '../graphql/builder.ts';
import { badInput } from '../graphql/errors.ts';
import { isPush, type TargetKind } from './channels/channel.ts';
import { type DeliveryCounts, readDeliveryCounts } from './store.ts';
import { DeliveryReason, DeliveryState, NotificationChannel } from './types.ts';
import { TRACE_STEPS, traceNotification, traceOrder, type TraceStep } from './trace.ts';
import { type Channel, CHANNELS, type DeliveryState as State } from './words.ts';

const CHANNEL_KINDS = ['WEB_PUSH', 'FCM', 'APNS', 'EMAIL', 'SMS', 'WEBHOOK'] as const satisfies readonly TargetKind[];
const ChannelKind = builder.enumType('ChannelKind', { values: CHANNEL_KINDS, description: 'What carries a channel.' });

interface ChannelStatus {
  readonly channel: Channel;
  readonly kinds: readonly TargetKind[];
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

const DeliveryCountsRef = builder.objectRef<DeliveryCounts>('DeliveryCounts').implement({
  description:
    'The deliveries that are kept, each in one state: `generated` = `pending` + `held` + `sent` + `suppressed` + `failed`, whatever happens to the processes.',
  fields: (t) => {
    const counted = (state: State) => t.int({ resolve: ({ states }) => states[state] });
    return {
      generated: t.exposeInt('generated'),
      pending: counted('PENDING'),
      held: counted('HELD'),
      sent: counted('SENT'),
      suppressed: counted('SUPPRESSED'),
      failed: counted('FAILED'),
      unknown: t.exposeInt('unknown', {
        description: 'Tries of which nobody knows whether the provider took them: at most so many were shown twice.',
      }),
    };
  },
});

/** Also where another process does the sending: all of them are configured alike. */
function statusOf(channel: Channel, { channels, config }: Pick<Deps, 'channels' | 'config'>): ChannelStatus {
  const kinds = CHANNEL_KINDS.filter((kind) => channels[kind] && channel === (isPush(kind) ? 'PUSH' : kind));
  // Live on every connection, and in the list: that is this service itself.
  const configured = channel === 'IN_APP' || kinds.length > 0;
  const key = channels.WEB_PUSH && config.channels.webPush?.keys.publicKey;
  return { channel, kinds, configured, webPushPublicKey: (channel === 'PUSH' && key) || null };
}

const idArg = z.string().max(256).nullish();

builder.queryFields((t) => ({
  channels: t.field({
    type: [ChannelStatusRef],
    authScopes: { read: true },
    description: 'What notifications can be sent on here.',
    resolve: (_root, _args, { deps }) => CHANNELS.map((channel) => statusOf(channel, deps)),
  }),
  deliveryCounts: t.field({
    type: DeliveryCountsRef,
    authScopes: { admin: true },
    description:
      'What has become of all that was to be delivered, on one channel or on all. Reads each row that is kept, for up to a minute.',
    args: { channel: t.arg({ type: NotificationChannel }) },
    resolve: (_root, { channel }, { deps }) => readDeliveryCounts(deps.db, channel ?? null),
  }),
  deliveryTrace: t.field({
    type: [TraceStepRef],
    authScopes: { admin: true },
    description:
      'Why a user did, or did not, get something: from the venue’s webhook to the provider’s answer, in order of time. Of one notification, or of all that tell of an order; none when there is no such thing.',
    args: { notificationId: t.arg.id({ validate: idArg }), orderId: t.arg.id({ validate: idArg }) },
    resolve: async (_root, { notificationId, orderId }, { deps }) => {
      if (!notificationId === !orderId) throw badInput('give either notificationId or orderId');
      const steps = notificationId ? traceNotification(deps.db, notificationId) : traceOrder(deps.db, orderId ?? '');
      return [...(await steps)];
    },
  }),
}));

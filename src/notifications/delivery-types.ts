import { builder } from '../graphql/builder.ts';
import { DeliveryReason, DeliveryState, NotificationChannel } from './types.ts';
import type { Channel, DeliveryReason as Reason, DeliveryState as State } from './words.ts';

/** What came of a push on one device. */
export interface TargetView {
  /** Null where the device is not known any more. */
  readonly device: string | null;
  readonly platform: string | null;
  readonly state: string;
  readonly text: string | null;
  readonly at: string | null;
}

/** What was decided for one notification on one channel, and what came of it. */
export interface DeliveryView {
  readonly channel: Channel;
  readonly state: State;
  readonly reason: Reason;
  readonly at: string;
  readonly tries: number;
  readonly text: string | null;
  readonly releaseAt: string | null;
  readonly targets: readonly TargetView[];
}

const DeliveryTargetRef = builder.objectRef<TargetView>('DeliveryTarget').implement({
  description: 'What came of a push on one device.',
  fields: (t) => ({
    device: t.exposeID('device', { nullable: true, description: 'As in `Device.id`; the device may be gone.' }),
    platform: t.exposeString('platform', { nullable: true, description: 'Null once the device is gone.' }),
    state: t.exposeString('state', { description: 'As in `NotificationDelivery.state`, or GONE for a dead token.' }),
    text: t.exposeString('text', { nullable: true, description: 'What the provider said.' }),
    at: t.expose('at', { type: 'DateTime', nullable: true }),
  }),
});

export const NotificationDeliveryRef = builder.objectRef<DeliveryView>('NotificationDelivery').implement({
  description: 'What was decided for a notification on one channel, and what came of it.',
  fields: (t) => ({
    channel: t.expose('channel', { type: NotificationChannel }),
    state: t.expose('state', { type: DeliveryState }),
    reason: t.expose('reason', { type: DeliveryReason, description: 'Why it was, or was not, sent.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When its state changed last.' }),
    tries: t.exposeInt('tries'),
    text: t.exposeString('text', { nullable: true, description: 'What the provider said last.' }),
    releaseAt: t.expose('releaseAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Of a held one: when its digest is due.',
    }),
    targets: t.field({
      type: [DeliveryTargetRef],
      description: 'Of a push: each device.',
      resolve: ({ targets }) => [...targets],
    }),
  }),
});

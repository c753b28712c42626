import type { Db } from '../db/client.ts';
import type { UserId } from '../kernel/brand.ts';
import { globalId, parseGlobalId, parseUuidOf } from '../kernel/global-id.ts';
import type { OrderUpdateView } from '../orders/view.ts';
import { notificationId } from './told.ts';
import type { Channel, DeliveryReason, DeliveryState } from './words.ts';

export const TRACE_STEPS = ['WEBHOOK', 'ORDER_EVENT', 'FACT', 'NOTIFICATION', 'DELIVERY', 'PROVIDER'] as const;
/** Of one kind: an order with more events shows the newest. */
export const TRACE_ROWS_MAX = 500;

/** One step on the way from a venue's webhook to a provider's answer. */
export interface TraceStep {
  readonly at: string;
  readonly step: (typeof TRACE_STEPS)[number];
  readonly id: string;
  readonly userId: string | null;
  readonly notificationId: string | null;
  readonly channel: Channel | null;
  readonly state: DeliveryState | null;
  readonly reason: DeliveryReason | null;
  readonly text: string;
}

/** Everything that is known of how a notification came to be and where it went, in order of time. */
export async function traceNotification(db: Db, notificationId: string): Promise<readonly TraceStep[]> {
  const id = parseUuidOf('Notification', notificationId);
  const deliveries = id === null ? [] : await db.notificationDelivery.findMany({ where: { notificationId: id } });
  const [first] = deliveries;
  if (!first) return [];
  const { userId, key } = first;
  const event = await readEventOf(db, key);
  const facts = await readFacts(db, [{ userId, key }]);
  const told = await withDigests(db, deliveries);
  return inOrderOfTime([...(await stepsOfEvents(db, event)), ...facts, ...told.flatMap(stepsOfDelivery)]);
}

/** Of an order: its events, and all that was told because of them. */
export async function traceOrder(db: Db, orderId: string): Promise<readonly TraceStep[]> {
  const id = parseUuidOf('Order', orderId);
  const order = id === null ? null : await db.order.findUnique({ where: { id }, select: { userId: true } });
  if (id === null || !order) return [];
  const events = await readEvents(db, id);
  const userId = order.userId as UserId;
  const told = await db.notificationFact.findMany({ where: { userId, orderId }, take: TRACE_ROWS_MAX });
  const keys = [...events.map(({ data }) => keyOf(data)), ...told.map(({ key }) => key)];
  const deliveries = await db.notificationDelivery.findMany({
    where: { notificationId: { in: keys.map((key) => notificationId({ userId, key })) } },
    orderBy: { at: 'desc' },
    take: TRACE_ROWS_MAX,
  });
  const facts = await readFacts(
    db,
    told.map(({ key }) => ({ userId, key })),
  );
  const all = await withDigests(db, deliveries);
  return inOrderOfTime([...(await stepsOfEvents(db, events)), ...facts, ...all.flatMap(stepsOfDelivery)]);
}

/** Steps of the same moment stay as they follow from each other. */
function inOrderOfTime(steps: readonly TraceStep[]): readonly TraceStep[] {
  const rank = ({ step }: TraceStep): number => TRACE_STEPS.indexOf(step);
  return [...steps].sort((a, b) => (a.at === b.at ? rank(a) - rank(b) : a.at < b.at ? -1 : 1));
}

const nothing = { userId: null, notificationId: null, channel: null, state: null, reason: null } as const;

interface EventRow {
  readonly userId: string;
  readonly data: OrderUpdateView;
}

/** The fact of an event is known by its id (facts.ts). */
const EVENT_KEY = 'event:';
const keyOf = ({ event }: OrderUpdateView): string => `${EVENT_KEY}${event.id}`;

async function readEventOf(db: Db, key: string): Promise<readonly EventRow[]> {
  const parsed = key.startsWith(EVENT_KEY) ? parseGlobalId(key.slice(EVENT_KEY.length)) : null;
  const orderId = parsed && parseUuidOf('Order', globalId('Order', parsed.id.split(':')[0] ?? ''));
  if (!orderId) return [];
  return (await readEvents(db, orderId)).filter(({ data }) => keyOf(data) === key);
}

async function readEvents(db: Db, orderId: string): Promise<readonly EventRow[]> {
  const rows = await db.streamEvent.findMany({
    where: { orderId, type: 'orderUpdated' },
    orderBy: { offset: 'desc' },
    take: TRACE_ROWS_MAX,
    select: { userId: true, data: true },
  });
  return rows.map(({ userId, data }) => ({ userId, data: data as unknown as OrderUpdateView }));
}

async function stepsOfEvents(db: Db, events: readonly EventRow[]): Promise<readonly TraceStep[]> {
  const [first] = events;
  const received = events.map(({ data }) => new Date(data.event.receivedAt));
  // Events of a delivery carry its time; made here, as of a refusal, it is no webhook.
  const webhooks = await db.webhookDelivery.findMany({
    where: { venue: first?.data.order.venue ?? '', receivedAt: { in: received }, NOT: { own: true } },
    take: TRACE_ROWS_MAX,
  });
  return [
    ...webhooks.map(({ venue, deliveryId, receivedAt, accepted, duplicates, quarantined }): TraceStep => ({
      ...{ ...nothing, at: receivedAt.toISOString(), step: 'WEBHOOK', id: deliveryId },
      text: `${venue}: ${accepted} accepted, ${duplicates} duplicates, ${quarantined} quarantined`,
    })),
    ...events.map(({ userId, data: { event, order } }): TraceStep => ({
      ...{ ...nothing, at: event.committedAt, step: 'ORDER_EVENT', id: event.id, userId },
      text: `${event.execType} ${event.execId ?? ''} of ${order.symbol}: ${event.status}`,
    })),
  ];
}

async function readFacts(
  db: Db,
  facts: readonly { readonly userId: string; readonly key: string }[],
): Promise<readonly TraceStep[]> {
  const rows = await db.notificationFact.findMany({ where: { OR: [...facts] }, take: TRACE_ROWS_MAX });
  return rows.map(({ userId, type, key, createdAt, routedAt }): TraceStep => ({
    ...{ ...nothing, at: createdAt.toISOString(), step: 'FACT', id: key, userId },
    text: `${type}, ${routedAt ? `routed ${routedAt.toISOString()}` : 'not routed yet'}`,
  }));
}

type DeliveryRow = Awaited<ReturnType<Db['notificationDelivery']['findMany']>>[number];

/** With the digests that have told some of them, or will. */
async function withDigests(db: Db, deliveries: readonly DeliveryRow[]): Promise<readonly DeliveryRow[]> {
  const digests = [...new Set(deliveries.flatMap(({ digestId }) => digestId ?? []))];
  if (digests.length === 0) return deliveries;
  return [...deliveries, ...(await db.notificationDelivery.findMany({ where: { notificationId: { in: digests } } }))];
}

function stepsOfDelivery(row: DeliveryRow): readonly TraceStep[] {
  const { userId, createdAt, at, type, tries, unknown, releaseAt, digestId, text, providerId } = row;
  const notificationId = globalId('Notification', row.notificationId);
  const channel = row.channel as Channel;
  const told = {
    userId,
    notificationId,
    channel,
    state: row.state as DeliveryState,
    reason: row.reason as DeliveryReason,
  };
  const id = `${row.notificationId}:${channel}`;
  const parts = [
    `${tries} tries`,
    unknown > 0 && `${unknown} of unknown outcome`,
    releaseAt && `due ${releaseAt.toISOString()}`,
    digestId && `in the digest ${digestId}`,
    text,
  ];
  const delivery: TraceStep = {
    ...told,
    at: at.toISOString(),
    step: 'DELIVERY',
    id,
    text: parts.filter(Boolean).join(', '),
  };
  const made: TraceStep = {
    ...nothing,
    at: createdAt.toISOString(),
    step: 'NOTIFICATION',
    id: row.notificationId,
    userId,
    notificationId,
    text: type,
  };
  const answers = (row.targets as readonly TargetRow[] | null) ?? [];
  return [
    // Each notification has one delivery for every channel, and this one always; a digest is of one channel alone.
    ...(channel === 'IN_APP' || type === 'DIGEST' ? [made] : []),
    delivery,
    // A push has an answer of each device.
    ...(providerId !== null && answers.length === 0
      ? [{ ...delivery, step: 'PROVIDER' as const, id: providerId, text: 'taken by the provider' }]
      : []),
    ...answers.map((target): TraceStep => ({
      ...{ ...told, step: 'PROVIDER', at: target.at ?? delivery.at, id: target.providerId ?? target.deviceId },
      text: [`device ${target.deviceId}: ${target.state}`, target.text].filter(Boolean).join(', '),
    })),
  ];
}

interface TargetRow {
  readonly deviceId: string;
  readonly state: string;
  readonly text: string | null;
  readonly at: string | null;
  readonly providerId: string | null;
}

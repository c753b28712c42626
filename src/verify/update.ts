import { z } from 'zod';
import type { Item } from './line.ts';
import { rawMembers } from './raw-json.ts';

/** Of the items of /v1/stream that are judged. */
export const ORDERS_TYPE = 'orderUpdated';

const identified = z.object({ id: z.string() });
const data = z.object({ event: identified, order: identified });
const streamItem = z.object({ cursor: z.string(), type: z.literal(ORDERS_TYPE), data });
const graphqlUpdate = data.extend({ cursor: z.string() });
const result = z.object({ data: z.object({ orderUpdated: z.unknown() }) });

/** An item of /v1/stream, with the bytes of its `data`. @throws when it is not one */
export function itemOf(json: string): Item {
  const { cursor, data } = streamItem.parse(JSON.parse(json));
  return { cursor, eventId: data.event.id, orderId: data.order.id, data: rawMembers(json).get('data') ?? '' };
}

const otherItem = z.object({ cursor: z.string(), type: z.string() });

/** Where an item of another kind stands in the stream; null for one about an order. */
export function otherPlaceOf(json: string): string | null {
  const { cursor, type } = otherItem.parse(JSON.parse(json));
  return type === ORDERS_TYPE ? null : cursor;
}

/** The result of one event of the subscription, with the JSON of what was selected. @throws when it is not one */
export function updateOf(executionResult: unknown): Item {
  const { orderUpdated } = result.parse(executionResult).data;
  const { cursor, event, order } = graphqlUpdate.parse(orderUpdated);
  const selected = orderUpdated as z.infer<typeof data>;
  return {
    ...{ cursor, eventId: event.id, orderId: order.id },
    // As it came: what zod returns lacks the fields that it was not told of.
    data: JSON.stringify({ event: selected.event, order: selected.order }),
  };
}

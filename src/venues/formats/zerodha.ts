import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { digest } from '../../kernel/text.ts';
import { id, isObject, readAs } from './fields.ts';
import type { InboundFormat, Reading } from './format.ts';
import { readKiteOrder } from './zerodha-order.ts';

/**
 * Zerodha, postbacks of Kite Connect. Source: kite.trade/docs/connect/v3/postbacks.
 *
 * The checksum is over order id, time and secret: neither status nor quantity is covered, and an old one fits a new body. So
 * a postback proves no more than that something happened to this order; what it was is read from the order itself, once
 * it has been fetched (zerodha-order.ts).
 */

const postbackSchema = z.object({ order_id: id, user_id: id, status: z.string() });

const read = (message: unknown): Reading =>
  readAs(postbackSchema, message, (postback) => ({
    confirm: { account: postback.user_id, venueOrderId: postback.order_id },
  }));

/** SHA-256 of order_id, order_timestamp and api_secret, in hex. */
function isAuthentic(postback: unknown, secret: string): boolean {
  if (!isObject(postback)) return false;
  const { order_id: orderId, order_timestamp: time, checksum } = postback;
  if (typeof orderId !== 'string' || typeof time !== 'string' || typeof checksum !== 'string') return false;
  const expected = Buffer.from(digest(`${orderId}${time}${secret}`));
  const given = Buffer.from(checksum.toLowerCase());
  return orderId !== '' && given.length === expected.length && timingSafeEqual(given, expected);
}

/** One postback to a body: the checksum is of one. */
export const zerodha: InboundFormat = {
  split: (body) => [body],
  read,
  weakProof: { isAuthentic, readOrder: readKiteOrder },
};

import type { Context } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { apiError } from '../graphql/errors.ts';
import { pageSizeSchema } from '../graphql/paging.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import { REQUEST_ROWS_MAX } from '../limits/limits.ts';
import { readOrderList } from '../orders/lists.ts';
import { findOrderById, NEWEST_FIRST } from '../orders/queries.ts';
import { orderView } from '../orders/view.ts';
import * as words from '../orders/words.ts';
import { flag, integer, many, manyWords, one, readQuery, time, word } from './query.ts';
import { bearerOf } from './session.ts';

const size = integer.pipe(pageSizeSchema);
const listQuery = z.strictObject({
  ...{ first: size.optional(), after: one.optional(), last: size.optional(), before: one.optional() },
  sort: word(words.ORDER_ORDER_FIELDS).optional(),
  direction: word(words.SORT_DIRECTIONS).optional(),
  open: flag.optional(),
  statuses: manyWords(words.ORDER_STATUSES).optional(),
  symbols: many.optional(),
  assetClasses: manyWords(words.ASSET_CLASSES).optional(),
  side: word(words.SIDES).optional(),
  venues: many.optional(),
  platforms: manyWords(words.PLATFORMS).optional(),
  clients: many.optional(),
  ...{ createdAfter: time.optional(), createdBefore: time.optional() },
});

/** `GET /v1/orders`: the page that GraphQL's `orders` answers, its nodes as `items`. */
export async function serveOrders(deps: Deps, c: Context): Promise<Response> {
  const { id: user } = await bearerOf(deps, c);
  const { first, after, last, before, sort, direction, ...filter } = readQuery(c, listQuery);
  const asked = { user, args: { first, after, last, before }, rows: { left: REQUEST_ROWS_MAX } };
  const order = { field: sort ?? NEWEST_FIRST.field, direction: direction ?? NEWEST_FIRST.direction };
  const { edges, pageInfo, position } = await readOrderList(deps, asked, { filter, sort: order });
  c.header('Cache-Control', 'no-store');
  return c.json({ items: edges.map(({ node }) => node), position, pageInfo });
}

/** `GET /v1/orders/:id`: one order. Its tag is strong: an order of a version never changes. 304 is the route's middleware. */
export async function serveOrder(deps: Deps, c: Context): Promise<Response> {
  const { id: user } = await bearerOf(deps, c);
  const uuid = parseUuidOf('Order', c.req.param('id') ?? '');
  const order = uuid === null ? null : await findOrderById(deps.db, user, uuid);
  if (!order) throw apiError('NOT_FOUND', 'no order of yours has this id');
  c.header('ETag', `"${order.id}:${order.version}"`);
  c.header('Cache-Control', 'private, no-cache');
  c.header('Vary', 'Authorization', { append: true });
  return c.json(orderView(order));
}

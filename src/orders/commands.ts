import type { Viewer } from '../auth/viewer.ts';
import type { Tx } from '../db/client.ts';
import { ConflictError, inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { type OrderId, orderId } from '../kernel/brand.ts';
import { writeExact } from '../kernel/exact-json.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import type { Position } from '../kernel/position.ts';
import { digest } from '../kernel/text.ts';
import { append, ensureUsers } from '../stream/append.ts';
import type { StreamEvent } from '../stream/event.ts';
import { readExtent } from '../stream/history.ts';
import type { VenueRequest } from '../venues/venue.ts';
import type { Opening, OrderEvent } from './event.ts';
import { evolve, type Order } from './order.ts';
import { newOrderEvent, newRefsOf } from './record.ts';
import { originOf } from './origin.ts';
import { decideCancel, decideModify, decidePlace, type Modification, type Refusal, refuse } from './request.ts';
import { findOrderById } from './queries.ts';
import { findRequest, readAccounts, writeRequest } from './requests.ts';
import { assertInvariants } from './status.ts';
import { clOrdIdRef, lockOrders, readRefs, writeOrders, writeRefs } from './store.ts';
import { cancelRequest, newOrderRequest, replaceRequest } from './venue-request.ts';

type CommandDeps = Pick<Deps, 'db' | 'bus' | 'clock' | 'ids' | 'config' | 'outbox' | 'venues'>;

/** What a command came to: the order as it is now and a position in the user's stream that includes it. */
export interface CommandResult {
  readonly order: Order | null;
  readonly position: Position;
  readonly refusal: Refusal | null;
}

export type PlaceInput = Omit<Opening, 'userId' | 'venue' | 'account' | 'clOrdId'> & {
  readonly clOrdId: string;
  readonly venue: string | null;
  readonly account: string | null;
};

/** `orderId` as the app gave it: a global id. */
type OfOrder = { readonly orderId: string };

interface Step {
  readonly deps: CommandDeps;
  readonly tx: Tx;
  readonly viewer: Viewer;
}

type Decided =
  | { readonly before: Order | null; readonly event: OrderEvent; readonly request: (after: Order) => VenueRequest }
  | { readonly refusal: Refusal };

/**
 * Opens an order and writes the intent to send it. Idempotent by (user, clOrdId), whatever app the token of the repeat was
 * issued to.
 */
export function placeOrder(deps: CommandDeps, viewer: Viewer, input: PlaceInput): Promise<CommandResult> {
  return runOnce({ deps, viewer, kind: 'NEW', input }, async ({ tx }) => {
    const venue = input.venue ?? deps.config.defaultVenue;
    if (!deps.venues.has(venue)) return refuse('NOT_SUPPORTED', `there is no venue called ${venue}`);
    const accounts = await readAccounts(tx, viewer.id, venue);
    const account = input.account ?? (accounts.length === 1 ? accounts[0] : undefined);
    if (account === undefined || !accounts.includes(account)) {
      return refuse('ACCOUNT_REQUIRED', accountMessage(venue, accounts, input.account));
    }
    const { clOrdId, symbol, assetClass, side, strategy = null, terms } = input;
    const { platform, client } = originOf(viewer, input);
    if (await isNamed(tx, { venue, account }, clOrdId)) return NAME_TAKEN;
    const origin = { platform, client, strategy };
    const opening = { userId: viewer.id, venue, account, clOrdId, symbol, assetClass, side, ...origin, terms };
    const decision = decidePlace(opening, { orderId: orderId(deps.ids.uuid()), now: deps.clock.now() });
    return 'refusal' in decision ? decision : { before: null, event: decision.event, request: newOrderRequest };
  });
}

function accountMessage(venue: string, accounts: readonly string[], asked: string | null): string {
  if (asked !== null) return `no account of yours at ${venue} is called that`;
  return accounts.length === 0 ? `you have no account at ${venue}` : `you have several accounts at ${venue}: name one`;
}

/** Asks the venue to replace the order's terms. Idempotent by (user, clOrdId). */
export function modifyOrder(deps: CommandDeps, viewer: Viewer, input: Modification & OfOrder): Promise<CommandResult> {
  return runOnce({ deps, viewer, kind: 'REPLACE', input }, async (step) => {
    const before = await lockOwn(step, input.orderId);
    if (before && (await isNamed(step.tx, before, input.clOrdId))) return NAME_TAKEN;
    const decision = before ? decideModify(before, input, deps.clock.now()) : UNKNOWN_ORDER;
    if ('refusal' in decision) return decision;
    return { before, event: decision.event, request: (after) => replaceRequest(after, input) };
  });
}

/** Asks the venue to cancel the order. Idempotent by (user, clOrdId). */
export function cancelOrder(
  deps: CommandDeps,
  viewer: Viewer,
  input: OfOrder & { readonly clOrdId: string },
): Promise<CommandResult> {
  return runOnce({ deps, viewer, kind: 'CANCEL', input }, async (step) => {
    const before = await lockOwn(step, input.orderId);
    if (before && (await isNamed(step.tx, before, input.clOrdId))) return NAME_TAKEN;
    const decision = before ? decideCancel(before, input.clOrdId, deps.clock.now()) : UNKNOWN_ORDER;
    if ('refusal' in decision) return decision;
    return { before, event: decision.event, request: (after) => cancelRequest(after, input.clOrdId) };
  });
}

const UNKNOWN_ORDER = refuse('UNKNOWN_ORDER', 'no order of yours has this id');
const NAME_TAKEN = refuse('DUPLICATE_CL_ORD_ID', 'the account has an order or a request with this clOrdId');

/** The venue may have told of the clOrdId before: as an order's, or as a request's that was not made here. */
async function isNamed(
  tx: Tx,
  { venue, account }: Pick<Order, 'venue' | 'account'>,
  clOrdId: string,
): Promise<boolean> {
  return (await readRefs(tx, [{ venue, account, ref: clOrdIdRef(clOrdId) }])).size > 0;
}

/** Another user's order is as unknown as one that never was. */
async function lockOwn({ tx, viewer }: Step, id: string): Promise<Order | null> {
  const uuid = parseUuidOf('Order', id);
  const [order] = uuid === null ? [] : await lockOrders(tx, [uuid], 'wait');
  return order?.userId === viewer.id ? order : null;
}

interface Run {
  readonly deps: CommandDeps;
  readonly viewer: Viewer;
  readonly kind: VenueRequest['kind'];
  readonly input: { readonly clOrdId: string };
}

/** One transaction: the earlier answer to the same request, or the decision, its rows and its intent to send. */
async function runOnce(
  { deps, viewer, kind, input }: Run,
  decide: (step: Step) => Promise<Decided>,
): Promise<CommandResult> {
  const inputHash = digest(writeExact(input));
  const { result, events } = await inTransaction(deps.db, async (tx) => {
    const step = { deps, tx, viewer };
    await ensureUsers(tx, [viewer.id]);
    const earlier = await findRequest(tx, viewer.id, input.clOrdId);
    if (earlier) {
      if (earlier.kind === kind && earlier.inputHash === inputHash) return answer(step, { orderId: earlier.orderId });
      return answer(step, refuse('DUPLICATE_CL_ORD_ID', 'the clOrdId was used for another request'));
    }
    const decided = await decide(step);
    if ('refusal' in decided) {
      // The same request may have been committed while this one waited for the order: then its answer is due, no refusal.
      if (await findRequest(tx, viewer.id, input.clOrdId)) throw new ConflictError('the request was made meanwhile');
      return answer(step, decided);
    }
    return commitChange(step, { ...decided, kind, inputHash, clOrdId: input.clOrdId });
  });
  deps.bus.publish(events);
  if (events.length > 0) deps.outbox.wake();
  return result;
}

interface Answer {
  readonly result: CommandResult;
  readonly events: readonly StreamEvent[];
}

/** Nothing was changed now: the order as it is, or the refusal. */
async function answer(
  { tx, viewer }: Step,
  { orderId: id, refusal }: { orderId?: string; refusal?: Refusal },
): Promise<Answer> {
  // The head before the order: the position may repeat what is in the order already, and misses nothing.
  const { head } = await readExtent(tx, viewer.id);
  const order = id === undefined ? null : await findOrderById(tx, viewer.id, id);
  return { result: { order, position: head, refusal: refusal ?? null }, events: [] };
}

interface Commitment extends Exclude<Decided, { refusal: Refusal }> {
  readonly kind: VenueRequest['kind'];
  readonly inputHash: string;
  readonly clOrdId: string;
}

async function commitChange({ deps, tx, viewer }: Step, change: Commitment): Promise<Answer> {
  const { before, event, request, kind, inputHash, clOrdId } = change;
  const now = deps.clock.now();
  const order = evolve(before, event);
  assertInvariants(order);
  const id: OrderId = order.id;
  // The head is locked before the names are written, as ingest does it: the other way round the two would wait for each other.
  const events = await append(tx, [newOrderEvent({ before, order, event }, now)], now);
  await writeOrders(tx, [order]);
  await writeRefs(tx, newRefsOf(before, order, [clOrdIdRef(clOrdId)]));
  const { venue, version } = order;
  const sends = deps.venues.get(venue)?.sends ?? false;
  const row = { userId: viewer.id, clOrdId, kind, orderId: id, inputHash, createdAt: now, venue, version };
  await writeRequest(tx, { ...row, request: sends ? request(order) : null });
  if (sends) await deps.outbox.enqueue(tx, { venue, orderId: id });
  const position = events.at(-1)?.position;
  if (!position) throw new Error('a change without an event');
  return { result: { order, position, refusal: null }, events };
}

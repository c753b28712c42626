import type { Clock } from '../../kernel/clock.ts';
import { NotYet } from '../faults.ts';
import type { CancelRequest, NewOrderRequest, ReplaceRequest, VenueAnswer, VenuePort, VenueRequest } from '../venue.ts';
import { verdictOf } from './answer.ts';
import { type AlpacaApi, alpacaApi, type AlpacaApiOptions, type AlpacaRequest } from './api.ts';
import { alpacaAsk } from './ask.ts';
import { type AlpacaBook, alpacaBook, orderPath } from './book.ts';
import { type AccountCheck, openAccountCheck } from './key-account.ts';
import { type AlpacaOrder, isAsAsked, isPassing, orderOf } from './order.ts';
import { newOrderBody, replaceBody } from './terms.ts';

/**
 * Alpaca's Trading API. Sources: its OpenAPI document (docs.alpaca.markets/openapi/trading-api.json: postOrder,
 * patchOrderByOrderId, deleteOrderByOrderID, getOrderByOrderID, getOrderByClientOrderId; the schemas Order, OrderType,
 * TimeInForce, PositionIntent; the headers X-RateLimit-*), docs.alpaca.markets/docs/orders-at-alpaca, the error codes of
 * docs.alpaca.markets/docs/options-trading ("the numeric code and HTTP status are the stable contract") and of
 * alpaca-py issues 225 and 260, alpaca.markets/support/usage-limit-api-calls (200 requests per minute and account).
 *
 * client_order_id is the idempotency key: Alpaca takes it once (422 40010001), whatever became of the first answer.
 */
export function alpacaPort(options: AlpacaApiOptions): VenuePort {
  const api = alpacaApi(options);
  const book = alpacaBook(api);
  const desk: Desk = { api, book, clock: options.clock };
  const checkAccount = openAccountCheck(api);
  return {
    send: (request, signal) => send(desk, { request, checkAccount, signal }),
    ask: alpacaAsk({ api, clock: options.clock, checkAccount }),
  };
}

interface Desk {
  readonly api: AlpacaApi;
  readonly book: AlpacaBook;
  readonly clock: Clock;
}

interface Sending {
  readonly request: VenueRequest;
  readonly checkAccount: AccountCheck;
  readonly signal: AbortSignal;
}

const TAKEN: VenueAnswer = { status: 'taken' };
const refused = (text: string): VenueAnswer => ({ status: 'refused', text });
const UNKNOWN = refused('Alpaca does not know the order');

async function send(desk: Desk, { request, checkAccount, signal }: Sending): Promise<VenueAnswer> {
  if (!(await checkAccount(request.account, signal)))
    return refused('the key that Fillstream has at Alpaca trades for another account');
  switch (request.kind) {
    case 'NEW':
      return place(desk, request, signal);
    case 'REPLACE':
      return replace(desk, request, signal);
    case 'CANCEL':
      return cancel(desk, request, signal);
  }
}

async function place({ api, book }: Desk, request: NewOrderRequest, signal: AbortSignal): Promise<VenueAnswer> {
  const worded = newOrderBody(request);
  if ('refused' in worded) return refused(worded.refused);
  const { body } = worded;
  const answer = await api({ method: 'POST', path: '/v2/orders', body }, signal);
  const verdict = verdictOf(answer);
  if (verdict.is === 'done') return takenAs(orderOf(answer.body), request.clOrdId);
  if (verdict.is === 'unknown') return refused('Alpaca does not know the symbol');
  if (!verdict.isDuplicate) return refused(verdict.text);
  // An earlier try was taken, whose answer was lost.
  const earlier = await book.findByClOrdId(request.clOrdId, signal);
  if (!earlier) throw new Error('Alpaca has an order of this clOrdId and does not show it');
  return isAsAsked(earlier, body) ? TAKEN : refused('another order at Alpaca has this clOrdId');
}

/** What stands before Alpaca may answer 200 of its own: then the order is looked for by the next try. */
function takenAs(order: AlpacaOrder | null, clOrdId: string): VenueAnswer {
  if (order?.client_order_id !== clOrdId) throw new Error('Alpaca’s answer is not the order that was sent');
  return TAKEN;
}

async function replace(desk: Desk, request: ReplaceRequest, signal: AbortSignal): Promise<VenueAnswer> {
  const { api, book, clock } = desk;
  const earlier = await book.findByClOrdId(request.clOrdId, signal);
  if (earlier) return ownReplacement(desk, { request, found: earlier, signal });
  const order = await readNewest(book, request, signal);
  if (!order) return UNKNOWN;
  if (isPassing(order, clock.now())) throw new NotYet(`Alpaca can’t replace an order that is ${order.status}`);
  const call: AlpacaRequest = { method: 'PATCH', path: orderPath(order.id), body: replaceBody(request, order) };
  const answer = await api(call, signal);
  const verdict = verdictOf(answer);
  if (verdict.is === 'done') return takenAs(orderOf(answer.body), request.clOrdId);
  const after = await readNewest(book, request, signal);
  if (!after || verdict.is === 'unknown') return UNKNOWN;
  // It was filled, replaced or taken into the book between our look and our call.
  if (after.id !== order.id || isPassing(after, clock.now())) throw new NotYet('Alpaca’s order has changed meanwhile');
  return refused(after.status === 'accepted' ? NOT_ROUTED : verdict.text);
}

const NOT_ROUTED = 'Alpaca has not sent the order to a market yet and can’t change it before: cancel it instead';

/** An order of this client_order_id is what an earlier try made only if it replaces the order in question. */
async function ownReplacement(
  { book }: Desk,
  { request, found, signal }: { request: ReplaceRequest; found: AlpacaOrder; signal: AbortSignal },
): Promise<VenueAnswer> {
  const before = found.replaces === null ? null : await book.find(found.replaces, signal);
  const chain = await book.readChain({ venueOrderId: request.venueOrderId, clOrdId: request.origClOrdId }, signal);
  const isOurs = before !== null && chain.some(({ id }) => id === before.id || id === found.id);
  return isOurs ? TAKEN : refused('another order at Alpaca has this clOrdId');
}

const CANCELS_MAX = 3;
const CANCELED: readonly string[] = ['canceled', 'pending_cancel'];

/** Tries the id that we know first; one that was replaced meanwhile is refused, and names the next. */
async function cancel({ api, book, clock }: Desk, request: CancelRequest, signal: AbortSignal): Promise<VenueAnswer> {
  let id = request.venueOrderId ?? (await readNewest(book, request, signal))?.id;
  for (let tries = 0; tries < CANCELS_MAX; tries++) {
    if (id === undefined) return UNKNOWN;
    const verdict = verdictOf(await api({ method: 'DELETE', path: orderPath(id) }, signal));
    if (verdict.is === 'done') return TAKEN;
    const order = await readNewest(book, request, signal);
    if (order && CANCELED.includes(order.status)) return TAKEN;
    if (order?.id === id) {
      if (isPassing(order, clock.now())) throw new NotYet(`Alpaca can’t cancel an order that is ${order.status}`);
      return verdict.is === 'refused' ? refused(verdict.text) : UNKNOWN;
    }
    id = order?.id;
  }
  throw new NotYet('Alpaca’s order is replaced again and again');
}

async function readNewest(
  book: AlpacaBook,
  { venueOrderId, origClOrdId }: ReplaceRequest | CancelRequest,
  signal: AbortSignal,
): Promise<AlpacaOrder | null> {
  return (await book.readChain({ venueOrderId, clOrdId: origClOrdId }, signal)).at(-1) ?? null;
}

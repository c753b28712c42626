import { type Clock, delay } from '../../kernel/clock.ts';
import { VenueBusy } from '../faults.ts';
import type { AskedOrder, VenuePort, VenueStatement } from '../venue.ts';
import type { AlpacaApi } from './api.ts';
import { type AlpacaBook, alpacaBook, CHAIN_ORDERS_MAX } from './book.ts';
import type { AccountCheck } from './key-account.ts';
import type { AlpacaOrder } from './order.ts';
import { statementOf } from './statement.ts';

/** Orders asked about in one call of ours. */
export const ASK_ORDERS_MAX = 500;
const ASKS_AT_ONCE = 4;
/** Of the calls per minute, of which there are 200: left for orders that are sent meanwhile. */
export const CALLS_RESERVED = 50;
const WAIT_MS = 1_000;
/** A question has seconds to be answered in: beyond this it is rather asked again later. */
export const PAUSE_MS_MAX = 3_000;

interface AskDeps {
  readonly api: AlpacaApi;
  readonly clock: Clock;
  readonly checkAccount: AccountCheck;
}

/** Orders of another account than the key's are unknown: what has their names there is not theirs. */
export function alpacaAsk({ api, clock, checkAccount }: AskDeps): NonNullable<VenuePort['ask']> {
  const book = alpacaBook(paced(api, clock));
  return async (orders, outer) => {
    if (orders.length > ASK_ORDERS_MAX) throw new RangeError(`ask about at most ${ASK_ORDERS_MAX} orders`);
    const failing = new AbortController();
    const signal = AbortSignal.any([outer, failing.signal]);
    const statements = new Map<AskedOrder, VenueStatement>();
    const accounts = await accountsOf(orders, (account) => checkAccount(account, signal));
    const left = orders.filter(({ account }) => accounts.has(account)).values();
    const work = async (): Promise<void> => {
      for (const order of left) statements.set(order, await stateOf(book, order, signal));
    };
    try {
      await Promise.all(Array.from({ length: ASKS_AT_ONCE }, work));
    } finally {
      // The first failure ends the others too.
      failing.abort();
    }
    return orders.map((order) => statements.get(order) ?? null);
  };
}

/** Those that the key trades for. */
async function accountsOf(
  orders: readonly AskedOrder[],
  isOurs: (account: string) => Promise<boolean>,
): Promise<ReadonlySet<string>> {
  const ours = new Set<string>();
  for (const account of new Set(orders.map((order) => order.account))) if (await isOurs(account)) ours.add(account);
  return ours;
}

/** Waits for the next minute rather than to use up the calls that orders need; where it is far off, asks to come back. */
function paced(api: AlpacaApi, clock: Clock): AlpacaApi {
  let until = 0;
  return async (request, signal) => {
    const leftMs = until - clock.now().getTime();
    // For how long is not said: the guard would hold back the requests too, which these calls are left for.
    if (leftMs > PAUSE_MS_MAX) throw new VenueBusy('the calls that Alpaca allows now are left for orders', 0);
    if (leftMs > 0) await delay(leftMs, signal);
    signal.throwIfAborted();
    const answer = await api(request, signal);
    const isShort = answer.callsLeft !== null && answer.callsLeft < CALLS_RESERVED;
    until = isShort ? clock.now().getTime() + (answer.resetMs ?? WAIT_MS) : 0;
    return answer;
  };
}

async function stateOf(book: AlpacaBook, asked: AskedOrder, signal: AbortSignal): Promise<VenueStatement> {
  const chain = await book.readChain(asked, signal);
  if (chain.length === 0) return null;
  const earlier = await readEarlier(book, chain[0], signal);
  return statementOf(asked, [...earlier, ...chain]);
}

/** What the order replaced, the oldest first: their fills are its fills. */
async function readEarlier(
  book: AlpacaBook,
  order: AlpacaOrder | undefined,
  signal: AbortSignal,
): Promise<readonly AlpacaOrder[]> {
  const earlier: AlpacaOrder[] = [];
  for (let id = order?.replaces ?? null; id !== null;) {
    if (earlier.length > CHAIN_ORDERS_MAX) throw new Error('Alpaca’s order was replaced too often');
    const before = await book.find(id, signal);
    if (!before) break;
    earlier.unshift(before);
    id = before.replaces;
  }
  return earlier;
}

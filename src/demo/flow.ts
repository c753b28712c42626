import { delay, withinTime } from '../kernel/clock.ts';
import { decimal, printDecimal } from '../kernel/decimal.ts';
import { nextIntent, type Intent, type Turn } from './intent.ts';
import { openTrader, type TraderOrder } from './trader.ts';

export interface DemoFlowOptions {
  readonly graphqlUrl: string;
  /** The simulated exchange's own address: what it is to do with an order is announced there. */
  readonly exchangeUrl: string;
  /** Bearer tokens (scopes `trade read`) by user; read anew for every order when it is a function. */
  readonly tokens:
    ReadonlyMap<string, string> | (() => ReadonlyMap<string, string> | Promise<ReadonlyMap<string, string>>);
  /** A whole number. The same seed places the same orders. */
  readonly seed: number;
  /** Names this run in every clOrdId: a new one for each start. */
  readonly run: string;
  /** About 3 s unless told. */
  readonly intervalMs?: number;
  readonly log: { debug(fields: object, message: string): void };
  /** Ends the flow. */
  readonly signal: AbortSignal;
}

export interface DemoFlow {
  /** Resolves once the signal has ended the flow; never rejects. */
  readonly ended: Promise<void>;
}

const INTERVAL_MS = 3_000;
/** At first the traders follow each other quickly, by turns: whoever has just signed in as one of them sees orders at once. */
const OPENING_ORDERS = 12;
const OPENING_INTERVAL_MS = 250;
const isOpening = (n: number): boolean => n < OPENING_ORDERS;
const OPEN_ORDERS_PER_USER_MAX = 4;
/** So many are only open when the venue is slow or has lost something: the trader places no more, and cancels again. */
const OPEN_ORDERS_BEFORE_PAUSE_MAX = 8;
const MODIFIED_PERMILLE = 6;
const ANNOUNCE_TIMEOUT_MS = 5_000;
/** Every clOrdId of the demo starts with it: the flow leaves orders placed by hand alone. */
const OWN_PREFIX = 'demo-';

/**
 * Starts a gentle, endless flow of orders of the demo's traders, through the public API. It survives any error: what
 * fails is left out, and the next order comes at its time.
 */
export function openDemoFlow(options: DemoFlowOptions): DemoFlow {
  return { ended: flow(options) };
}

async function flow(options: DemoFlowOptions): Promise<void> {
  const { seed, intervalMs = INTERVAL_MS, signal, log } = options;
  for (let n = 0; !signal.aborted; n += 1) {
    try {
      await act(options, nextIntent(seed, n), n);
    } catch (error) {
      log.debug({ n, error: String(error) }, 'the demo left out an order');
    }
    await delay(isOpening(n) ? Math.min(OPENING_INTERVAL_MS, intervalMs) : intervalMs, signal);
  }
}

async function act(options: DemoFlowOptions, intent: Intent, n: number): Promise<void> {
  const { graphqlUrl, run, signal } = options;
  const tokens = typeof options.tokens === 'function' ? await options.tokens() : options.tokens;
  const token = [...tokens.values()][(isOpening(n) ? n : intent.userDraw) % tokens.size];
  if (token === undefined) return;
  const trader = openTrader({ graphqlUrl, token, signal });
  const clOrdId = `${OWN_PREFIX}${run}-${n}`;
  const own = (await trader.openOrders()).filter((order) => order.clOrdId?.startsWith(OWN_PREFIX));
  const [oldest] = restingOf(own);
  if (intent.action === 'CANCEL' && oldest) return trader.cancel({ orderId: oldest.id, clOrdId });
  if (intent.action === 'MODIFY' && oldest?.price) {
    return trader.modify({ orderId: oldest.id, clOrdId, price: nearerPrice(oldest.side, oldest.price) });
  }
  const paused = own.length >= OPEN_ORDERS_BEFORE_PAUSE_MAX;
  const canceled = paused ? oldestFirst(own) : surplusOf(own);
  // One that is closed meanwhile is no reason to leave out the order.
  await Promise.allSettled(canceled.map(({ id }, i) => trader.cancel({ orderId: id, clOrdId: `${clOrdId}-c${i}` })));
  if (paused) return;
  const scenario = scenarioOf(intent);
  if (scenario) await announce(options, { clOrdId, ...scenario });
  await trader.place({ ...intent.order, clOrdId });
}

const oldestFirst = (orders: readonly TraderOrder[]): readonly TraderOrder[] =>
  orders.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));

/** The trader's own limit orders that nothing is asked of yet, oldest first, whichever run left them. */
function restingOf(own: readonly TraderOrder[]): readonly TraderOrder[] {
  return oldestFirst(own.filter(({ orderType, pendingAction }) => orderType === 'LIMIT' && pendingAction === null));
}

/** The oldest resting orders that are too many, counting the one that comes next. */
function surplusOf(own: readonly TraderOrder[]): readonly TraderOrder[] {
  const staying = own.filter(({ pendingAction }) => pendingAction !== 'CANCEL').length;
  return restingOf(own).slice(0, Math.max(staying + 1 - OPEN_ORDERS_PER_USER_MAX, 0));
}

/** A little nearer to the market, to the cent, so that a modified order has a chance to be filled. */
function nearerPrice(side: string, price: string): string {
  const permille = side === 'BUY' ? MODIFIED_PERMILLE : -MODIFIED_PERMILLE;
  return printDecimal(
    decimal(price)
      .times(1_000 + permille)
      .div(1_000)
      .toDecimalPlaces(2),
  );
}

/** So long an order rests before it expires or is canceled, and a fill stands before it is busted. */
const TURN_MS = 4_000;

const TURNS: Readonly<Record<Turn, readonly object[]>> = {
  EXPIRE: [{ do: 'accept' }, { do: 'expire', afterMs: TURN_MS, text: 'its time is over' }],
  CANCEL: [{ do: 'accept' }, { do: 'cancel', afterMs: TURN_MS, text: 'canceled by the exchange' }],
  BUST: [{ do: 'accept' }, { do: 'fill' }, { do: 'bust', fill: 1, afterMs: TURN_MS }, { do: 'fill', afterMs: TURN_MS }],
};

function scenarioOf({ rejectText, turn }: Intent): object | null {
  if (rejectText !== null) return { scenario: 'reject', text: rejectText };
  return turn && { steps: TURNS[turn] };
}

/** The exchange does nothing of the kind by itself. @throws when it did not take the announcement. */
async function announce({ exchangeUrl, signal }: DemoFlowOptions, scenario: object): Promise<void> {
  const response = await fetch(new URL('/scenarios', exchangeUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(scenario),
    signal: withinTime(ANNOUNCE_TIMEOUT_MS, signal),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the exchange answered ${response.status} to an announcement`);
}

import type { Dice } from './dice.ts';

/** One webhook delivery, to be sent until it is taken. */
export interface Delivery {
  readonly id: string;
  readonly user: string;
  readonly body: string;
  readonly reports: number;
  /** The executions that must be in the log once it is taken: all but those that tell nothing new. */
  readonly execIds: readonly string[];
}

/** What a venue knows of an order of its own once all its deliveries are taken. */
export interface ExpectedOrder {
  readonly user: string;
  readonly venueOrderId: string;
  readonly cumQty: number;
  readonly isCanceled: boolean;
}

export interface Workload {
  /** The next delivery of orders that no delivery is under way for; `taken` when it has been acknowledged. */
  next(): { readonly delivery: Delivery; readonly taken: () => void };
  /** The orders of which every delivery so far was taken, as they must be by then. */
  expected(): readonly ExpectedOrder[];
}

interface WorkloadOptions {
  readonly users: readonly string[];
  readonly dice: Dice;
  /** Padding of each report's text, to make events large. */
  readonly textCharacters?: number;
}

const SYMBOLS = ['AAPL', 'MSFT', 'VTI', 'BND', 'BTC-USD'];
const BASKETS_PER_USER = 4;
const OUT_OF_ORDER_PERCENT = 10;
const QUANTITY = 100;

/** Orders that are reported together: a step of each of them is in each delivery. */
interface Basket {
  readonly deliveries: readonly Delivery[];
  readonly reports: readonly (readonly Report[])[];
  taken: number;
}

type Report = Readonly<Record<string, string>>;

/** Orders that live through NEW, partial fills and a last fill or a cancel; some of it out of order. */
export function createWorkload(options: WorkloadOptions): Workload {
  const { users, dice } = options;
  const baskets: Basket[] = [];
  const ready: Basket[] = [];
  const draws = dice.of('order of sending');
  const open = (): void => {
    const basket = basketOf(options, baskets.length);
    baskets.push(basket);
    ready.push(basket);
  };
  for (let n = 0; n < users.length * BASKETS_PER_USER; n++) open();
  return {
    next() {
      if (ready.length === 0) open();
      const basket = ready.splice(draws.int(0, ready.length - 1), 1)[0] as Basket;
      const delivery = basket.deliveries[basket.taken] as Delivery;
      const taken = (): void => {
        basket.taken += 1;
        if (basket.taken < basket.deliveries.length) ready.push(basket);
        else if (ready.length < users.length * BASKETS_PER_USER) open();
      };
      return { delivery, taken };
    },
    expected: () => baskets.filter(({ taken }) => taken > 0).flatMap(expectedOf),
  };
}

function basketOf({ users, dice, textCharacters = 0 }: WorkloadOptions, n: number): Basket {
  const draws = dice.of(`basket ${n}`);
  const user = users[n % users.length] as string;
  const size = draws.percent(80) ? 1 : draws.int(2, 4);
  const fills = draws.int(2, 4);
  const isCanceled = draws.percent(15);
  const orders = Array.from({ length: size }, (_, i) =>
    lifeOf(`${n}-${i}`, { user, fills, isCanceled, symbol: draws.pick(SYMBOLS), textCharacters }),
  );
  const steps = (orders[0] as Report[]).map((_, step) => orders.map((order) => order[step] as Report));
  for (let at = 0; at + 1 < steps.length; at++) {
    if (!draws.percent(OUT_OF_ORDER_PERCENT)) continue;
    steps.splice(at, 2, steps[at + 1] as Report[], steps[at] as Report[]);
    at += 1;
  }
  const deliveries = steps.map((reports, step) => deliveryOf(`b${n}-${step}`, user, { reports, isFirst: step === 0 }));
  return { deliveries, reports: steps, taken: 0 };
}

interface Life {
  readonly user: string;
  readonly fills: number;
  readonly isCanceled: boolean;
  readonly symbol: string;
  readonly textCharacters: number;
}

function lifeOf(name: string, { user, fills, isCanceled, symbol, textCharacters }: Life): readonly Report[] {
  const part = Math.floor(QUANTITY / (fills + (isCanceled ? 1 : 0)));
  const terms = {
    ...{ venueOrderId: `V-${name}`, clOrdId: `C-${name}`, account: user, symbol, assetClass: 'EQUITY' },
    ...{ side: 'BUY', orderType: 'LIMIT', timeInForce: 'DAY', quantity: String(QUANTITY), price: '187.25' },
    ...(textCharacters > 0 && { text: '€'.repeat(textCharacters) }),
  };
  const parts = Array.from({ length: fills }, (_, i) =>
    i + 1 === fills && !isCanceled ? QUANTITY - part * (fills - 1) : part,
  );
  return [
    { ...terms, execType: 'NEW', execId: `X-${name}-new` },
    ...parts.map((quantity, i) => ({
      ...{ ...terms, execType: 'TRADE', execId: `X-${name}-${i}`, lastQty: String(quantity), lastPx: '187.2' },
    })),
    ...(isCanceled ? [{ ...terms, execType: 'CANCELED', execId: `X-${name}-cancel` }] : []),
  ];
}

/** An acknowledgement that comes after a fill tells nothing new: it is taken, and makes no event. */
const tellsNothing = ({ execType }: Report, isFirst: boolean): boolean => execType === 'NEW' && !isFirst;

function deliveryOf(
  id: string,
  user: string,
  { reports, isFirst }: { readonly reports: readonly Report[]; readonly isFirst: boolean },
): Delivery {
  const data = reports.length === 1 ? reports[0] : reports;
  return {
    ...{ id, user, reports: reports.length },
    body: JSON.stringify({ type: 'execution.reported', timestamp: new Date().toISOString(), data }),
    execIds: reports.filter((report) => !tellsNothing(report, isFirst)).map((report) => report['execId'] as string),
  };
}

function expectedOf({ reports, taken, deliveries }: Basket): readonly ExpectedOrder[] {
  const user = deliveries[0]?.user ?? '';
  const reported = reports.slice(0, taken);
  return (reported[0] ?? []).map((first, i) => {
    const own = reported.map((step) => step[i] as Report);
    return {
      user,
      venueOrderId: first['venueOrderId'] as string,
      cumQty: own.reduce((sum, { lastQty = '0' }) => sum + Number(lastQty), 0),
      isCanceled: own.some(({ execType }) => execType === 'CANCELED'),
    };
  });
}

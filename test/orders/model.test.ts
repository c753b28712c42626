import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/orders/order.ts';
import { orderView } from '../../src/orders/view.ts';
import { ORDER_STATUSES } from '../../src/orders/words.ts';
import { ask, type Kind, type Model, openModel, print, type Said, show, type Shown, tell } from './model.ts';
import { cancelAsked, type Fields, modified, placed, reported, type Step, take, TERMS } from './scenario.ts';

const SEED = 20_260_131;
const START_MS = Date.parse('2026-01-30T15:00:00Z');

/** Scaled to 6 decimals: numbers that meet each other, pass each other by a little, and leave averages without an end. */
const quantities = fc.constantFrom(...[1, 7_000_000, 33_333_333, 50_000_000, 100_000_000, 99_999_999].map(BigInt));
const prices = fc.constantFrom(...[333_333, 9_500_000, 10_000_000, 11_111_111].map(BigInt));

/** Fills come up oftener than the rest, and what ends an order seldom, or lives would be short. */
const kinds = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<Kind>('TRADE') },
  { weight: 6, arbitrary: fc.constantFrom<Kind>('TRADE_CANCEL', 'TRADE_CORRECT', 'REPLACED', 'RESTATED') },
  { weight: 4, arbitrary: fc.constantFrom<Kind>('PENDING_CANCEL', 'PENDING_REPLACE', 'CANCEL_REJECTED') },
  { weight: 6, arbitrary: fc.constantFrom<Kind>('NEW', 'DONE_FOR_DAY', 'SUSPENDED', 'STOPPED') },
  { weight: 1, arbitrary: fc.constantFrom<Kind>('CANCELED', 'EXPIRED', 'REJECTED') },
);

/** Something that happens; what it is about is picked among what there is when it happens. */
interface Happening {
  readonly by: 'venue' | 'trader';
  readonly kind: Kind;
  readonly at: number;
  readonly quantity: bigint | null;
  readonly price: bigint;
  readonly pick: number;
  readonly last: boolean;
}

const happenings: fc.Arbitrary<Happening> = fc.record({
  by: fc.nat({ max: 5 }).map((n) => (n === 0 ? 'trader' : 'venue')),
  kind: kinds,
  at: fc.nat({ max: 20 }),
  quantity: fc.option(quantities, { freq: 4 }),
  price: prices,
  pick: fc.nat({ max: 1_000 }),
  last: fc.boolean(),
});

interface Life {
  readonly timeInForce: 'DAY' | 'GTC';
  readonly byAmount: boolean;
  readonly placedHere: boolean;
  readonly happenings: readonly Happening[];
}

const lives: fc.Arbitrary<Life> = fc.record({
  timeInForce: fc.constantFrom('DAY', 'GTC'),
  byAmount: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  placedHere: fc.boolean(),
  happenings: fc.array(happenings, { minLength: 1, maxLength: 25 }),
});

/** The order of `src/` and the one of the model, side by side. */
interface Pair {
  readonly order: Order;
  readonly model: Model;
}

const QUANTITY = 100_000_000n;

function opened({ timeInForce, byAmount, placedHere }: Life): Pair {
  const amount = { orderType: 'MARKET', quantity: null, price: null, notional: '1000' };
  const terms: Fields = { ...TERMS, timeInForce, ...(byAmount && amount) };
  const quantity = byAmount ? null : QUANTITY;
  if (placedHere)
    return { order: take(null, placed(terms))!, model: openModel({ byAmount, timeInForce, opened: quantity }) };
  const first: Said = {
    ...{ kind: 'NEW', at: 10, number: 0, quantity, price: 0n, about: null, request: null, last: false },
  };
  const order = take(null, reported({ ...terms, ...fieldsOf(first, false) }))!;
  return { order, model: tell(openModel({ byAmount, timeInForce, opened: null }), first)! };
}

/** The report as a venue sends it. */
function fieldsOf({ kind, at, number, quantity, price, about, request, last }: Said, byAmount: boolean): Fields {
  const isFill = kind === 'TRADE' || kind === 'TRADE_CORRECT';
  const isOrder = kind === 'REPLACED' || kind === 'RESTATED' || kind === 'PENDING_REPLACE';
  return {
    ...{ execType: kind, execId: `E${number}`, transactTime: new Date(START_MS + at * 1_000).toISOString() },
    ...(about !== null && { execRefId: `E${about}` }),
    ...(request !== null && { clOrdId: request, origClOrdId: 'C1' }),
    ...(quantity !== null && isFill && { lastQty: print(quantity, 6), lastPx: print(price, 6) }),
    ...(quantity !== null && isOrder && { quantity: print(quantity, 6) }),
    ...(kind === 'TRADE' && byAmount && last && { status: 'FILLED' }),
    ...(kind === 'TRADE_CANCEL' && last && { status: 'CANCELED', leavesQty: '0' }),
  };
}

const REQUESTS = ['C2', 'C3', 'C4', 'C5'] as const;
const OF_REQUESTS: ReadonlySet<Kind> = new Set([
  'REPLACED',
  'PENDING_CANCEL',
  'PENDING_REPLACE',
  'CANCEL_REJECTED',
  'CANCELED',
]);

/** A report of it: about an execution that there is, or now and then about none; under a request, waiting or not. */
function saidOf({ kind, at, quantity, price, pick, last }: Happening, model: Model, number: number): Said {
  const executions = model.said.filter((said) => said.kind === 'TRADE' || said.kind === 'TRADE_CORRECT');
  const about = executions[pick % (executions.length + 1)]?.number ?? 999;
  const waiting = [...model.asked.map(({ request }) => request), ...REQUESTS];
  const isFillChange = kind === 'TRADE_CANCEL' || kind === 'TRADE_CORRECT';
  return {
    ...{ kind, at, number, price },
    quantity: kind === 'TRADE' || kind === 'TRADE_CORRECT' ? (quantity ?? 1_000_000n) : ofOrder(kind, quantity),
    about: isFillChange ? about : null,
    request: OF_REQUESTS.has(kind) ? waiting[pick % waiting.length]! : null,
    // A bust that ends the order is rare.
    last: kind === 'TRADE' ? last : isFillChange && kind === 'TRADE_CANCEL' && pick % 10 === 0,
  };
}

const ofOrder = (kind: Kind, quantity: bigint | null): bigint | null =>
  kind === 'REPLACED' || kind === 'RESTATED' || kind === 'PENDING_REPLACE' ? quantity : null;

/** Both after a report: it is taken by both or waits in both. */
function afterReport({ order, model }: Pair, said: Said, byAmount: boolean): Pair {
  // A fill is the last one only of an order by amount.
  const report = said.kind === 'TRADE' && !byAmount ? { ...said, last: false } : said;
  const told = tell(model, report);
  const decided = reported(fieldsOf(report, byAmount))(order);
  const waits = 'quarantine' in decided && decided.quarantine;
  expect(waits).toBe(told ? false : 'UNKNOWN_EXECUTION');
  return { order: take(order, () => decided)!, model: told ?? model };
}

/** Both after a request of the trader: it is taken by both or refused by both. */
function afterRequest({ order, model }: Pair, { pick, quantity, price }: Happening, request: string): Pair {
  const isCancel = pick % 2 === 0;
  const action = isCancel ? 'CANCEL' : 'REPLACE';
  const wanted = isCancel ? null : quantity;
  const isMarket = order.terms.orderType === 'MARKET';
  const change = { ...(wanted && { quantity: print(wanted, 6) }), ...(!isMarket && { price: print(price, 6) }) };
  // A market order has a quantity to change, and no price.
  if (!isCancel && isMarket && !wanted) return { order, model };
  const step: Step = isCancel ? cancelAsked(request) : modified(request, change);
  const asked = ask(model, { action, request, quantity: wanted });
  const decided = step(order);
  expect('refusal' in decided, JSON.stringify(decided)).toBe(asked === null);
  return { order: take(order, () => decided)!, model: asked ?? model };
}

function shown(order: Order): Shown {
  const { status, pendingAction, quantity, cumQty, leavesQty, avgPx } = orderView(order);
  return { status, pendingAction, quantity, cumQty, leavesQty, avgPx };
}

/** Lives the life on both sides and compares them after every step; returns each status that was reached. */
function live(life: Life): readonly string[] {
  const reached: string[] = [];
  life.happenings.reduce((pair, happening, index) => {
    const after =
      happening.by === 'trader'
        ? afterRequest(pair, happening, `R${index}`)
        : afterReport(pair, saidOf(happening, pair.model, index + 1), life.byAmount);
    expect(shown(after.order)).toEqual(show(after.model));
    reached.push(show(after.model).status);
    return after;
  }, opened(life));
  return reached;
}

describe('an order and the model of it', () => {
  it('show the same after every report and request, in whatever order of the venue’s clock they come', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life);
      }),
      { numRuns: 3_000, seed: SEED },
    );
  });

  it('come to every status, or the property above would say little', () => {
    const reached = new Set(fc.sample(lives, { numRuns: 400, seed: SEED }).flatMap(live));
    expect(reached).toEqual(new Set(ORDER_STATUSES));
  });
});

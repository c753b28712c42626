import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExecutionReport, executionReportSchema } from '../../../src/ingest/execution-report.ts';
import type { Order } from '../../../src/orders/order.ts';
import { orderView } from '../../../src/orders/view.ts';
import { alpaca } from '../../../src/venues/formats/alpaca.ts';
import { openDesk, receive } from '../../orders/desk.ts';
import { cancelAsked, modified, placed, type Step, take } from '../../orders/scenario.ts';
import { readOne } from './read.ts';

const SEED = 20_260_131;

interface AlpacaOrder {
  /** Of the event itself. */
  readonly fill?: { readonly qty: string; readonly price: string };
  readonly id: string;
  readonly client_order_id: string;
  readonly qty: string;
  readonly limit_price: string;
  readonly replaces?: string;
  readonly replaced_by?: string;
  readonly filled_qty?: string;
  readonly filled_avg_price?: string;
}

/** An event in Alpaca's words, one a second. */
function eventOf(second: number, kind: string, { fill, ...order }: AlpacaOrder): ExecutionReport {
  const known = { symbol: 'AAPL', asset_class: 'us_equity', side: 'buy', type: 'limit', time_in_force: 'day' };
  const timestamp = `2026-01-02T03:04:${String(second).padStart(2, '0')}Z`;
  const event = { event: kind, execution_id: `X${second}`, timestamp, ...fill, order: { ...known, ...order } };
  return executionReportSchema.parse(readOne(alpaca, event));
}

/** Two replaces of an order that goes on being filled; each order counts its own fills. */
function chainOf(names: readonly [string, string]): readonly ExecutionReport[] {
  const first = { id: 'O1', client_order_id: 'C1', qty: '100', limit_price: '10' };
  const second = { id: 'O2', client_order_id: names[0], qty: '150', limit_price: '11', replaces: 'O1' };
  const third = { id: 'O3', client_order_id: names[1], qty: '12', limit_price: '12', replaces: 'O2' };
  return [
    eventOf(1, 'new', { ...first, filled_qty: '0' }),
    eventOf(2, 'partial_fill', { ...first, fill: { qty: '4', price: '9' }, filled_qty: '4', filled_avg_price: '9' }),
    eventOf(3, 'pending_new', second),
    eventOf(4, 'replaced', { ...first, replaced_by: 'O2', filled_qty: '4' }),
    eventOf(5, 'new', second),
    eventOf(6, 'partial_fill', { ...second, fill: { qty: '3', price: '10' }, filled_qty: '3', filled_avg_price: '10' }),
    eventOf(7, 'pending_new', third),
    eventOf(8, 'replaced', { ...second, replaced_by: 'O3', filled_qty: '3' }),
    eventOf(9, 'new', third),
    eventOf(10, 'fill', { ...third, fill: { qty: '5', price: '12' }, filled_qty: '5', filled_avg_price: '12' }),
  ];
}

const start = (...asked: readonly Step[]): Order =>
  [placed({ quantity: '100', price: '10' }), ...asked].reduce<Order | null>(take, null)!;

function after(order: Order, reports: readonly ExecutionReport[]): Order {
  const desk = openDesk(order);
  for (const report of reports) receive(desk, report);
  expect(desk.waiting).toEqual([]);
  return desk.order!;
}

/** Each at least once, some twice, in any order. */
const shuffled = (reports: readonly ExecutionReport[]): fc.Arbitrary<readonly ExecutionReport[]> =>
  fc
    .subarray([...reports])
    .chain((twice) => fc.shuffledSubarray([...reports, ...twice], { minLength: reports.length + twice.length }));

describe('two replaces of one order that wait at once, in any order of Alpaca’s events, are both answered', () => {
  it.each([
    ['under the client_order_ids that were asked for', ['C2', 'C3']],
    ['under client_order_ids of Alpaca’s own', ['a-2', 'a-3']],
  ] as const)('%s', (_name, names) => {
    const asked = start(
      modified('C2', { quantity: '150', price: '11' }),
      modified('C3', { quantity: '12', price: '12' }),
    );
    fc.assert(
      fc.property(shuffled(chainOf(names)), (reports) => {
        // (4 x 9 + 3 x 10 + 5 x 12) / 12 = 126 / 12
        expect(orderView(after(asked, reports))).toMatchObject({
          ...{ status: 'FILLED', pendingAction: null, quantity: '12', price: '12', cumQty: '12', avgPx: '10.5' },
          ...{ venueOrderId: 'O3', clOrdId: names[1], overfillQty: null },
        });
      }),
      { numRuns: 3_000, seed: SEED },
    );
  });

  it('one after the other: each answer is of the oldest one that waits', () => {
    const asked = start(modified('C2', { quantity: '150' }), modified('C3', { quantity: '12' }));
    const [isNew, filled, , replacedOnce] = chainOf(['C2', 'C3']);
    const once = after(asked, [isNew!, filled!, replacedOnce!]);
    expect(once.pending.map(({ clOrdId }) => clOrdId)).toEqual(['C3']);
    expect(orderView(once)).toMatchObject({ quantity: '150', venueOrderId: 'O2', status: 'PENDING_REPLACE' });
  });
});

describe('a fill of the next order', () => {
  it('counts when it comes before anything else of that one, and the order keeps its id until it is replaced', () => {
    const [isNew, filled, , replacedOnce, , ofSecond] = chainOf(['a-2', 'a-3']);
    const order = after(start(), [isNew!, filled!, ofSecond!]);
    expect(orderView(order)).toMatchObject({ cumQty: '7', venueOrderId: 'O1' });
    expect(orderView(after(start(), [isNew!, ofSecond!, replacedOnce!, filled!]))).toMatchObject({
      ...{ cumQty: '7', venueOrderId: 'O2' },
    });
  });
});

describe('a refusal that names no request', () => {
  const first = { id: 'O1', client_order_id: 'C1', qty: '100', limit_price: '10' };
  it.each([
    ['order_replace_rejected', ['C2', 'C4']],
    ['order_cancel_rejected', ['C3', 'C4']],
  ])('%s answers the oldest one of its kind', (kind, left) => {
    const asked = start(cancelAsked('C2'), modified('C3', { price: '11' }), modified('C4', { price: '12' }));
    const order = after(asked, [eventOf(1, 'new', first), eventOf(2, kind, first)]);
    expect(order.pending.map(({ clOrdId }) => clOrdId)).toEqual(left);
  });
});

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../../src/auth/viewer.ts';
import { isDatabaseAway, isTransient } from '../../src/db/transaction.ts';
import type { Order as OrderRow } from '../../src/generated/prisma/client.ts';
import type { Delivery } from '../../src/ingest/delivery.ts';
import { receive } from '../../src/ingest/delivery.ts';
import { UnavailableError } from '../../src/ingest/group-commit.ts';
import { linkVenueAccount } from '../../src/ingest/link.ts';
import { type UserId, userId } from '../../src/kernel/brand.ts';
import { readExact, writeExact } from '../../src/kernel/exact-json.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { cancelOrder, modifyOrder, placeOrder } from '../../src/orders/commands.ts';
import type { OrderEvent } from '../../src/orders/event.ts';
import { evolve, type Order } from '../../src/orders/order.ts';
import { orderOfRow } from '../../src/orders/row.ts';
import { isOpen, status } from '../../src/orders/status.ts';
import { orderView, type OrderUpdateView } from '../../src/orders/view.ts';
import { startService, type TestService } from '../support/service.ts';
import { anyFillChanged, anyReport, anySummed } from './reports.ts';
import { type Fields, termsOf } from './scenario.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

type Command =
  | { readonly kind: 'place'; readonly clOrdId: string; readonly terms: Fields }
  | { readonly kind: 'modify' | 'cancel'; readonly clOrdId: string; readonly nth: number; readonly quantity: string };

const clOrdIds = fc.constantFrom('C1', 'C2', 'C3', 'M1', 'M2', 'M3', 'M4');
const quantity = fc.constantFrom('50', '100', '33.333333333333333333');
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('place' as const),
    clOrdId: clOrdIds,
    terms: fc.oneof(
      fc.record({ quantity, price: fc.constantFrom('10', '0.000000000000000001') }),
      fc.constant({ notional: '1000', orderType: 'MARKET' }),
    ),
  }),
  fc.record({
    kind: fc.constantFrom('modify' as const, 'cancel' as const),
    clOrdId: clOrdIds,
    nth: fc.nat(2),
    quantity,
  }),
);
/** What arrives at once: deliveries of reports, and requests of the trader. */
const anyWave = fc.record({
  deliveries: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.array(fc.oneof(anyReport, anySummed), { minLength: 1, maxLength: 6 }) },
      { weight: 1, arbitrary: anyFillChanged },
    ),
    { maxLength: 4 },
  ),
  commands: fc.array(anyCommand, { maxLength: 3 }),
});

/** Every name is the account's own, so that executions of different runs never meet. */
function deliveryOf(account: string, reports: readonly Fields[]): Delivery {
  const own = (name: string | null | undefined): string | null => (name ? `${account}-${name}` : null);
  const received = reports.map((fields) => {
    const execId = own(fields['execId']) ?? randomUUID();
    return receive({ account, ...fields, execId, execRefId: own(fields['execRefId']) });
  });
  const receivedAt = service.app.deps.clock.now();
  return { venue: 'standard', deliveryId: randomUUID(), bodyHash: '', receivedAt, content: { reports: received } };
}

async function run(viewer: Viewer, command: Command): Promise<unknown> {
  const { deps } = service.app;
  if (command.kind === 'place') {
    const { clOrdId, terms } = command;
    const words = { symbol: 'AAPL', assetClass: 'EQUITY', side: 'SELL', platform: 'IOS' } as const;
    return placeOrder(deps, viewer, { ...words, clOrdId, terms: termsOf(terms), venue: null, account: null });
  }
  const orders = await deps.db.order.findMany({ where: { userId: viewer.id }, orderBy: { id: 'asc' } });
  const orderId = globalId('Order', orders[command.nth]?.id ?? randomUUID());
  if (command.kind === 'cancel') return cancelOrder(deps, viewer, { orderId, clOrdId: command.clOrdId });
  const change = { quantity: termsOf({ quantity: command.quantity }).quantity, price: null, stopPx: null };
  return modifyOrder(deps, viewer, { orderId, clOrdId: command.clOrdId, ...change });
}

const TRIES_MAX = 10;

/**
 * As venues and apps do, who are told UNAVAILABLE: on a busy machine a row may be held for longer than the lock time-out, or no
 * connection be free in time, and the same is asked again.
 */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const isWorthIt = error instanceof UnavailableError || isTransient(error) || isDatabaseAway(error);
      if (!isWorthIt || tries === TRIES_MAX) throw error;
    }
  }
}

interface EventRow {
  readonly offset: number;
  readonly order_id: string;
  readonly change: string;
  readonly data: OrderUpdateView;
}

interface Stored {
  readonly events: readonly EventRow[];
  readonly head: number;
  readonly rows: readonly OrderRow[];
}

/** In one snapshot: reports that came before their order are applied in the background. */
const readStored = (user: UserId): Promise<Stored> =>
  service.app.deps.db.$transaction(
    async (tx) => ({
      events: await tx.$queryRaw<EventRow[]>`
        SELECT "offset"::int, order_id::text, change::text AS change, data
        FROM stream_events WHERE user_id = ${user} ORDER BY "offset"`,
      head: Number((await tx.streamHead.findUnique({ where: { userId: user } }))?.offset),
      rows: await tx.order.findMany({ where: { userId: user }, orderBy: { id: 'asc' } }),
    }),
    { isolationLevel: 'RepeatableRead' },
  );

const lookup = (row: OrderRow): unknown => [row.id, row.status, row.open, JSON.parse(writeExact(orderOfRow(row)))];
const expected = (order: Order): unknown => [order.id, status(order), isOpen(order), JSON.parse(writeExact(order))];

async function checkReplay(user: UserId): Promise<number> {
  const { events, head, rows } = await persist(() => readStored(user));
  const folded = new Map<string, Order>();
  for (const { order_id, change, data } of events) {
    const order = evolve(folded.get(order_id) ?? null, readExact(change) as OrderEvent);
    folded.set(order_id, order);
    expect(data.order).toEqual(orderView(order));
    const { status: shown, cumQty, leavesQty, avgPx } = data.order;
    expect(data.event).toMatchObject({ status: shown, cumQty, leavesQty, avgPx });
  }
  expect(events.map(({ offset }) => offset)).toEqual(Array.from({ length: head }, (_, at) => at + 1));
  const orders = [...folded.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(rows.map(lookup)).toEqual(orders.map(expected));
  return events.length;
}

it('replaying a user’s events from zero gives the stored orders', { timeout: 120_000 }, async () => {
  const { deps } = service.app;
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyWave, { minLength: 1, maxLength: 5 }), async (waves) => {
      const account = randomUUID();
      const user = userId(`user-${account}`);
      const viewer: Viewer = { id: user, scopes: new Set(['trade', 'read']), expiresAt: new Date(8.64e15) };
      await persist(() => linkVenueAccount(deps, { venue: 'standard', account }, user));
      for (const { deliveries, commands } of waves) {
        await Promise.all([
          ...deliveries
            .map((reports) => deliveryOf(account, reports))
            .map((one) => persist(() => deps.ingest.submit(one))),
          ...commands.map((command) => persist(() => run(viewer, command))),
        ]);
      }
      replayed += await checkReplay(user);
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(replayed).toBeGreaterThan(300);
  const [reached] = await deps.db.$queryRaw<Record<string, number>[]>`
    SELECT (SELECT count(*)::int FROM orders WHERE derived_qty > 0) AS derived,
      (SELECT count(*)::int FROM executions WHERE covered) AS covered,
      (SELECT count(*)::int FROM stream_events WHERE change->>'type' IN ('FillBusted', 'FillCorrected')) AS changed,
      (SELECT count(*)::int FROM quarantined_reports WHERE reason = 'INTERNAL') AS bugs`;
  expect(reached).toMatchObject({ bugs: 0 });
  for (const name of ['derived', 'covered', 'changed']) expect(reached?.[name], name).toBeGreaterThan(5);
});

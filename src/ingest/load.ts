import type { Tx } from '../db/client.ts';
import type { WebhookDelivery } from '../generated/prisma/client.ts';
import type { UserId } from '../kernel/brand.ts';
import {
  type FillsByOrder,
  type KnownExecution,
  readExecutions,
  readFillsAround,
  rememberFill,
} from '../orders/executions.ts';
import type { Order } from '../orders/order.ts';
import { clOrdIdRef, lockOrders, type OrderRef, readRefs, refKey, venueOrderIdRef } from '../orders/store.ts';
import { lockHeads } from '../stream/append.ts';
import type { Delivery } from './delivery.ts';
import type { ExecutionReport } from './execution-report.ts';
import { accountKey, deliveryKey, readInbox, readOwners, type VenueAccountKey } from './store.ts';

/** All that a batch needs to know, read and locked before anything is decided. */
export interface Work {
  readonly inbox: ReadonlyMap<string, WebhookDelivery>;
  readonly owners: ReadonlyMap<string, UserId>;
  readonly unmapped: readonly VenueAccountKey[];
  /** refKey -> order id; grows while the batch is applied. */
  readonly refs: Map<string, string>;
  readonly orders: Map<string, Order>;
  readonly executions: Map<string, KnownExecution>;
  /** All the fills of an order where one of its reports needs them to be decided; else some. */
  readonly fills: FillsByOrder;
  readonly blocked: ReadonlyMap<Delivery, string>;
}

const reportsOf = ({ content }: Delivery): readonly ExecutionReport[] =>
  'reports' in content ? content.reports.flatMap((received) => ('report' in received ? [received.report] : [])) : [];

/** The names a report calls its order by, the surest first. */
export function refsOf(venue: string, report: ExecutionReport): readonly OrderRef[] {
  const { account, venueOrderId, clOrdId, origClOrdId, replacesVenueOrderId } = report;
  const names = [
    venueOrderId !== null && venueOrderIdRef(venueOrderId),
    clOrdId !== null && clOrdIdRef(clOrdId),
    origClOrdId !== null && clOrdIdRef(origClOrdId),
    replacesVenueOrderId !== null && venueOrderIdRef(replacesVenueOrderId),
  ];
  return names.filter((name) => name !== false).map((ref) => ({ venue, account, ref }));
}

/** Whether one of the report's names is known for this order. */
export const isNamedBy = (
  refs: Work['refs'],
  venue: string,
  { report, orderId }: { report: ExecutionReport; orderId: string },
): boolean => refsOf(venue, report).some((ref) => refs.get(refKey(ref)) === orderId);

/** The order that a report is about, as the batch has left it so far; more than one when its names contradict each other. */
export function findOrders(
  work: Pick<Work, 'refs' | 'orders'>,
  venue: string,
  report: ExecutionReport,
): readonly Order[] {
  const ids = new Set(refsOf(venue, report).map((ref) => work.refs.get(refKey(ref))));
  return [...ids].flatMap((id) => (id === undefined ? [] : (work.orders.get(id) ?? [])));
}

const distinct = <T>(items: readonly T[], key: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

/** Locks in one order everywhere: orders by id, heads by user. Only then is read what the locks protect. */
export async function loadWork(tx: Tx, deliveries: readonly Delivery[], mode: 'wait' | 'skip'): Promise<Work> {
  const inbox = await readInbox(tx, deliveries);
  const fresh = deliveries.filter((delivery) => !inbox.has(deliveryKey(delivery)));
  const reports = fresh.flatMap((delivery) => reportsOf(delivery).map((report) => ({ venue: delivery.venue, report })));
  const accounts = distinct(
    reports.map(({ venue, report: { account } }) => ({ venue, account })),
    accountKey,
  );
  const owners = await readOwners(tx, accounts);
  const asked = distinct(
    reports.flatMap(({ venue, report }) => refsOf(venue, report)),
    refKey,
  );
  const refs = new Map(await readRefs(tx, asked));
  const orders = new Map((await lockOrders(tx, [...new Set(refs.values())], mode)).map((order) => [order.id, order]));
  const locked = { refs, owners, orders, heads: await lockHeads(tx, [...owners.values()], mode) };
  const blocked = new Map(
    fresh.flatMap((delivery) => {
      const row = blockerOf(delivery, locked);
      return row === null ? [] : [[delivery, row] as const];
    }),
  );
  const meant = reports.flatMap(({ venue, report: { execRefId } }) =>
    execRefId === null ? [] : [{ venue, execId: execRefId }],
  );
  const executions = await readExecutions(tx, [
    ...reports.map(({ venue, report: { execId } }) => ({ venue, execId })),
    ...meant,
  ]);
  const around = await readFillsAround(tx, meant, ordersToSum(reports, orders));
  // Whoever applied them while this transaction waited for its locks named their orders then: too late for the first look.
  if (executions.size > 0) for (const [key, id] of await readRefs(tx, asked)) refs.set(key, id);
  const known = new Map([...around, ...executions]);
  const fills: FillsByOrder = new Map();
  for (const execution of known.values()) rememberFill(fills, execution);
  const unmapped = accounts.filter((account) => !owners.has(accountKey(account)));
  return {
    inbox,
    owners,
    unmapped,
    refs,
    orders: new Map<string, Order>(orders),
    executions: known,
    ...{ fills, blocked },
  };
}

/**
 * The orders whose reports are compared with their fills: those of which fills were derived, and all of an account where
 * a sum is stated, since the name of its order may be told in this batch alone.
 */
function ordersToSum(
  reports: readonly { readonly venue: string; readonly report: ExecutionReport }[],
  orders: ReadonlyMap<string, Order>,
): readonly string[] {
  const states = ({ execType, cumQty }: ExecutionReport): boolean => execType === 'ORDER_STATUS' && cumQty !== null;
  const stating = new Set(
    reports.flatMap(({ venue, report }) => (states(report) ? [accountKey({ venue, account: report.account })] : [])),
  );
  return [...orders.values()]
    .filter((order) => order.derivedQty.gt(0) || stating.has(accountKey(order)))
    .map(({ id }) => id);
}

interface Locked {
  readonly refs: ReadonlyMap<string, string>;
  readonly owners: ReadonlyMap<string, UserId>;
  readonly orders: ReadonlyMap<string, Order>;
  readonly heads: ReadonlySet<string>;
}

/** The first row that the delivery needs and another transaction holds; null when there is none. */
function blockerOf(delivery: Delivery, { refs, owners, orders, heads }: Locked): string | null {
  for (const report of reportsOf(delivery)) {
    const owner = owners.get(accountKey({ venue: delivery.venue, account: report.account }));
    for (const ref of refsOf(delivery.venue, report)) {
      const id = refs.get(refKey(ref));
      if (id !== undefined && !orders.has(id)) return `order ${id}`;
    }
    if (owner !== undefined && !heads.has(owner)) return `head ${owner}`;
  }
  return null;
}

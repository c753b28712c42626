import type { Db, Tx } from '../db/client.ts';
import { decimal } from '../kernel/decimal.ts';
import type { ExecutionRow } from './execution-view.ts';
import { inOrder } from './fills.ts';
import { stampOf } from './registers.ts';
import { type NumberedChange, type Rest, restOf, type Sum } from './rests.ts';

type Changes = ReadonlyMap<string, NumberedChange>;
export const NO_CHANGES: Changes = new Map();

type ChangeRow = Pick<
  ExecutionRow,
  'orderId' | 'execId' | 'execType' | 'execRefId' | 'lastQty' | 'lastPx' | 'transactTime' | 'receivedAt'
>;

/** All busts and corrections of these orders, by order and execId. */
export async function readChanges(db: Db | Tx, orders: readonly string[]): Promise<ReadonlyMap<string, Changes>> {
  if (orders.length === 0) return new Map();
  const rows = await db.$queryRaw<ChangeRow[]>`
    SELECT e.order_id AS "orderId", e.exec_id AS "execId", e.exec_type AS "execType", e.exec_ref_id AS "execRefId",
      e.last_qty::text AS "lastQty", e.last_px::text AS "lastPx", e.transact_time AS "transactTime",
      e.received_at AS "receivedAt"
    FROM executions e WHERE e.order_id = ANY(${[...orders]}::uuid[]) AND e.exec_type IN ('TRADE_CANCEL', 'TRADE_CORRECT')`;
  const byOrder = new Map<string, NumberedChange[]>();
  for (const row of rows) byOrder.set(row.orderId, [...(byOrder.get(row.orderId) ?? []), changeOf(row)]);
  return new Map([...byOrder].map(([orderId, changes]) => [orderId, inOrder(changes)]));
}

const changeOf = ({ execId, execType, execRefId, lastQty, lastPx, ...times }: ChangeRow): NumberedChange => ({
  ...{ execId, execType, execRefId, stamp: stampOf({ execId, ...times }) },
  lastQty: lastQty === null ? null : decimal(lastQty),
  lastPx: lastPx === null ? null : decimal(lastPx),
});

interface SumsRow {
  readonly orderId: string;
  readonly cumQty: string;
  readonly cumAmount: string;
  readonly ownQty: string;
  readonly ownAmount: string;
  readonly derivedQty: string;
  readonly newest: string | null;
}

/** What the derived fills of these orders still count for. They are few, and the database sums up their other fills. */
export async function readRests(
  db: Db | Tx,
  orders: readonly string[],
  changes: ReadonlyMap<string, Changes>,
): Promise<ReadonlyMap<string, Rest>> {
  if (orders.length === 0) return new Map();
  // The prefix of a derived execId is that of `isDerivedExecId`.
  const rows = await db.$queryRaw<SumsRow[]>`
    SELECT o.id AS "orderId", o.cum_qty::text AS "cumQty", o.cum_amount::text AS "cumAmount",
      COALESCE(sum(last_qty) FILTER (WHERE NOT derived), 0)::text AS "ownQty",
      COALESCE(sum(last_qty * last_px) FILTER (WHERE NOT derived), 0)::text AS "ownAmount",
      COALESCE(sum(last_qty) FILTER (WHERE derived), 0)::text AS "derivedQty",
      (array_agg(exec_id ORDER BY COALESCE(transact_time, received_at) DESC, exec_id DESC) FILTER (WHERE derived))[1] AS newest
    FROM orders o CROSS JOIN LATERAL (
      SELECT e.*, starts_with(e.exec_id, o.id || ':') AS derived FROM executions e
      WHERE e.order_id = o.id AND e.exec_type = 'TRADE' AND NOT EXISTS (
        SELECT FROM executions change WHERE change.order_id = o.id AND change.exec_ref_id = e.exec_id
          AND change.exec_type IN ('TRADE_CANCEL', 'TRADE_CORRECT')
      )
    ) AS fill
    WHERE o.id = ANY(${[...orders]}::uuid[]) GROUP BY o.id`;
  return new Map(
    rows.flatMap(({ orderId, cumQty, cumAmount, ownQty, ownAmount, derivedQty, newest }) => {
      if (newest === null) return [];
      const sums = { counted: sum(cumQty, cumAmount), unchanged: sum(ownQty, ownAmount) };
      const order = { ...sums, derivedQty: decimal(derivedQty), newest };
      return [[orderId, restOf(order, changes.get(orderId) ?? NO_CHANGES)] as const];
    }),
  );
}

const sum = (qty: string, amount: string): Sum => ({ qty: decimal(qty), amount: decimal(amount) });

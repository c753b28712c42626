import type { Tx } from '../db/client.ts';
import { ConflictError } from '../db/transaction.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Claim, ExecutionReport } from '../ingest/execution-report.ts';
import type { OrderId, UserId } from '../kernel/brand.ts';
import { type Decimal, decimal, printDecimal } from '../kernel/decimal.ts';
import { isDerivedExecId, type KnownFill } from './fills.ts';
import { type Stamp, stampOf } from './registers.ts';

/** An execution report that was applied; unique by (venue, execId), kept for ever. */
export interface Execution {
  readonly venue: string;
  readonly orderId: OrderId;
  readonly userId: UserId;
  readonly report: ExecutionReport;
  readonly claim: Claim;
  readonly receivedAt: Date;
  readonly committedAt: Date;
  /** It came without an event: what it tells was known by a statement of the venue already. */
  readonly covered: boolean;
}

export const executionKey = (venue: string, execId: string): string => JSON.stringify([venue, execId]);

/** What is known of an execution that was applied before. */
export interface KnownExecution {
  readonly venue: string;
  readonly execId: string;
  readonly orderId: string;
  readonly claim: Claim;
  readonly stamp: Stamp;
  readonly cumQty: Decimal | null;
  readonly covered: boolean;
}

export const knownExecution = ({ venue, orderId, report, claim, receivedAt, covered }: Execution): KnownExecution => ({
  ...{ venue, orderId, claim, covered, execId: report.execId, cumQty: report.cumQty },
  stamp: stampOf({ ...report, receivedAt }),
});

interface Row {
  readonly venue: string;
  readonly exec_id: string;
  readonly order_id: string;
  readonly claim: Claim;
  readonly transact_time: Date | null;
  readonly received_at: Date;
  readonly cum_qty: string | null;
  readonly covered: boolean;
}

const COLUMNS = Prisma.raw(`venue, exec_id, order_id, claim, transact_time, received_at, cum_qty::text AS cum_qty,
  COALESCE(covered, false) AS covered`);

export type ExecutionId = Pick<KnownExecution, 'venue' | 'execId'>;

const byKey = (rows: readonly Row[]): Map<string, KnownExecution> =>
  new Map(
    rows.map(({ venue, exec_id: execId, order_id: orderId, claim, covered, ...row }) => {
      const stamp = stampOf({ execId, transactTime: row.transact_time, receivedAt: row.received_at });
      const cumQty = row.cum_qty === null ? null : decimal(row.cum_qty);
      return [executionKey(venue, execId), { venue, execId, orderId, claim, covered, stamp, cumQty }];
    }),
  );

const askedOf = (executions: readonly ExecutionId[]): string =>
  JSON.stringify(executions.map(({ venue, execId }) => ({ venue, exec_id: execId })));

/** Those of these executions that were applied before, by executionKey. */
export async function readExecutions(tx: Tx, executions: readonly ExecutionId[]): Promise<Map<string, KnownExecution>> {
  if (executions.length === 0) return new Map();
  const rows = await tx.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM executions
    JOIN json_to_recordset(${askedOf(executions)}::json) AS asked (venue text, exec_id text) USING (venue, exec_id)`;
  return byKey(rows);
}

/**
 * Every fill, bust and correction of these orders, and of those that these executions are of, by executionKey, in the order
 * in which they were applied.
 */
export async function readFillsAround(
  tx: Tx,
  executions: readonly ExecutionId[],
  orders: readonly string[],
): Promise<ReadonlyMap<string, KnownExecution>> {
  if (executions.length === 0 && orders.length === 0) return new Map();
  const rows = await tx.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM executions
    WHERE exec_type IN ('TRADE', 'TRADE_CANCEL', 'TRADE_CORRECT') AND order_id IN (
      SELECT order_id FROM executions
      JOIN json_to_recordset(${askedOf(executions)}::json) AS asked (venue text, exec_id text) USING (venue, exec_id)
      UNION SELECT unnest(${[...orders]}::uuid[]))
    ORDER BY COALESCE(committed_at, received_at), nth, received_at`;
  return byKey(rows);
}

/** What is known of fills, busts and corrections: by order, then by execId. */
export type FillsByOrder = Map<string, Map<string, KnownFill>>;

export function rememberFill(fills: FillsByOrder, known: KnownExecution): void {
  const fill = fillOf(known);
  if (!fill) return;
  const ofOrder = fills.get(known.orderId) ?? new Map<string, KnownFill>();
  fills.set(known.orderId, ofOrder.set(known.execId, fill));
}

/** An execution as a fill, bust or correction; null when it is none. */
export function fillOf({ orderId, execId, claim, stamp, cumQty, covered }: KnownExecution): KnownFill | null {
  const { execType, execRefId = null, lastQty, lastPx, avgPx } = claim;
  if (execType !== 'TRADE' && execType !== 'TRADE_CANCEL' && execType !== 'TRADE_CORRECT') return null;
  const derived = isDerivedExecId(execId, orderId);
  const said = { execId, execRefId, stamp, cumQty, covered, derived };
  return { ...said, execType, lastQty: read(lastQty), lastPx: read(lastPx), avgPx: read(avgPx) };
}

const read = (text: string | undefined): Decimal | null => (text === undefined ? null : decimal(text));

/** @throws ConflictError when another transaction has just applied one of them. */
export async function writeExecutions(tx: Tx, executions: readonly Execution[]): Promise<void> {
  if (executions.length === 0) return;
  const rows = executions.map(({ venue, orderId, userId, report, claim, receivedAt, committedAt, covered }, nth) => ({
    venue,
    exec_id: report.execId,
    order_id: orderId,
    user_id: userId,
    exec_type: report.execType,
    exec_ref_id: report.execRefId,
    last_qty: report.lastQty && printDecimal(report.lastQty),
    last_px: report.lastPx && printDecimal(report.lastPx),
    claim,
    transact_time: report.transactTime,
    received_at: receivedAt,
    committed_at: committedAt,
    covered,
    nth,
    cum_qty: report.cumQty && printDecimal(report.cumQty),
  }));
  const written = await tx.$executeRaw`
    INSERT INTO executions SELECT * FROM json_populate_recordset(NULL::executions, ${JSON.stringify(rows)}::json)
    ORDER BY venue, exec_id ON CONFLICT DO NOTHING`;
  if (written < rows.length) throw new ConflictError('an execution was applied meanwhile');
}

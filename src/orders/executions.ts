import type { Tx } from '../db/client.ts';
import { ConflictError } from '../db/transaction.ts';
import type { Claim, ExecutionReport } from '../ingest/execution-report.ts';
import type { OrderId, UserId } from '../kernel/brand.ts';
import { type Decimal, decimal, printDecimal } from '../kernel/decimal.ts';
import type { KnownFill } from './fills.ts';
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
}

export const executionKey = (venue: string, execId: string): string => JSON.stringify([venue, execId]);

/** What is known of an execution that was applied before. */
export interface KnownExecution {
  readonly venue: string;
  readonly execId: string;
  readonly orderId: string;
  readonly claim: Claim;
  readonly stamp: Stamp;
}

export const knownExecution = ({ venue, orderId, report, claim, receivedAt }: Execution): KnownExecution => ({
  ...{ venue, orderId, claim, execId: report.execId },
  stamp: stampOf({ ...report, receivedAt }),
});

interface Row {
  readonly venue: string;
  readonly exec_id: string;
  readonly order_id: string;
  readonly claim: Claim;
  readonly transact_time: Date | null;
  readonly received_at: Date;
}

export type ExecutionId = Pick<KnownExecution, 'venue' | 'execId'>;

const byKey = (rows: readonly Row[]): Map<string, KnownExecution> =>
  new Map(
    rows.map(({ venue, exec_id: execId, order_id: orderId, claim, transact_time, received_at: receivedAt }) => [
      executionKey(venue, execId),
      { venue, execId, orderId, claim, stamp: stampOf({ execId, transactTime: transact_time, receivedAt }) },
    ]),
  );

const askedOf = (executions: readonly ExecutionId[]): string =>
  JSON.stringify(executions.map(({ venue, execId }) => ({ venue, exec_id: execId })));

/** Those of these executions that were applied before, by executionKey. */
export async function readExecutions(tx: Tx, executions: readonly ExecutionId[]): Promise<Map<string, KnownExecution>> {
  if (executions.length === 0) return new Map();
  const rows = await tx.$queryRaw<Row[]>`
    SELECT venue, exec_id, order_id, claim, transact_time, received_at FROM executions
    JOIN json_to_recordset(${askedOf(executions)}::json) AS asked (venue text, exec_id text) USING (venue, exec_id)`;
  return byKey(rows);
}

/** Every fill, bust and correction of the orders that these executions are of, by executionKey. */
export async function readFillsAround(
  tx: Tx,
  executions: readonly ExecutionId[],
): Promise<ReadonlyMap<string, KnownExecution>> {
  if (executions.length === 0) return new Map();
  const rows = await tx.$queryRaw<Row[]>`
    SELECT venue, exec_id, order_id, claim, transact_time, received_at FROM executions
    WHERE exec_type IN ('TRADE', 'TRADE_CANCEL', 'TRADE_CORRECT') AND order_id IN (
      SELECT order_id FROM executions
      JOIN json_to_recordset(${askedOf(executions)}::json) AS asked (venue text, exec_id text) USING (venue, exec_id))
    ORDER BY received_at`;
  return byKey(rows);
}

/** The fills of an order among what is known, by execId. */
export function fillsOf(known: Iterable<KnownExecution>, orderId: string): ReadonlyMap<string, KnownFill> {
  const fills = new Map<string, KnownFill>();
  for (const { orderId: id, execId, claim, stamp } of known) {
    const { execType, execRefId = null, lastQty, lastPx } = claim;
    if (id !== orderId) continue;
    if (execType !== 'TRADE' && execType !== 'TRADE_CANCEL' && execType !== 'TRADE_CORRECT') continue;
    fills.set(execId, { execId, execType, execRefId, stamp, lastQty: read(lastQty), lastPx: read(lastPx) });
  }
  return fills;
}

const read = (text: string | undefined): Decimal | null => (text === undefined ? null : decimal(text));

/** @throws ConflictError when another transaction has just applied one of them. */
export async function writeExecutions(tx: Tx, executions: readonly Execution[]): Promise<void> {
  if (executions.length === 0) return;
  const rows = executions.map(({ venue, orderId, userId, report, claim, receivedAt, committedAt }) => ({
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
  }));
  const written = await tx.$executeRaw`
    INSERT INTO executions SELECT * FROM json_populate_recordset(NULL::executions, ${JSON.stringify(rows)}::json)
    ORDER BY venue, exec_id ON CONFLICT DO NOTHING`;
  if (written < rows.length) throw new ConflictError('an execution was applied meanwhile');
}

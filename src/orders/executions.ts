import type { Tx } from '../db/client.ts';
import { ConflictError } from '../db/transaction.ts';
import type { Claim, ExecutionReport } from '../ingest/execution-report.ts';
import type { OrderId } from '../kernel/brand.ts';
import { printDecimal } from '../kernel/decimal.ts';

/** An execution report that was applied; unique by (venue, execId), kept for ever. */
export interface Execution {
  readonly venue: string;
  readonly orderId: OrderId;
  readonly report: ExecutionReport;
  readonly claim: Claim;
  readonly receivedAt: Date;
}

export const executionKey = (venue: string, execId: string): string => JSON.stringify([venue, execId]);

/** What is known of an execution that was applied before. */
export interface KnownExecution {
  readonly orderId: string;
  readonly claim: Claim;
}

/** Those of these executions that were applied before, by executionKey. */
export async function readExecutions(
  tx: Tx,
  executions: readonly { readonly venue: string; readonly execId: string }[],
): Promise<Map<string, KnownExecution>> {
  if (executions.length === 0) return new Map();
  const asked = executions.map(({ venue, execId }) => ({ venue, exec_id: execId }));
  const rows = await tx.$queryRaw<{ venue: string; exec_id: string; order_id: string; claim: Claim }[]>`
    SELECT venue, exec_id, order_id, claim FROM executions
    JOIN json_to_recordset(${JSON.stringify(asked)}::json) AS asked (venue text, exec_id text) USING (venue, exec_id)`;
  return new Map(
    rows.map(({ venue, exec_id, order_id, claim }) => [executionKey(venue, exec_id), { orderId: order_id, claim }]),
  );
}

/** @throws ConflictError when another transaction has just applied one of them. */
export async function writeExecutions(tx: Tx, executions: readonly Execution[]): Promise<void> {
  if (executions.length === 0) return;
  const rows = executions.map(({ venue, orderId, report, claim, receivedAt }) => ({
    venue,
    exec_id: report.execId,
    order_id: orderId,
    exec_type: report.execType,
    exec_ref_id: report.execRefId,
    last_qty: report.lastQty && printDecimal(report.lastQty),
    last_px: report.lastPx && printDecimal(report.lastPx),
    claim,
    transact_time: report.transactTime,
    received_at: receivedAt,
  }));
  const written = await tx.$executeRaw`
    INSERT INTO executions SELECT * FROM json_populate_recordset(NULL::executions, ${JSON.stringify(rows)}::json)
    ORDER BY venue, exec_id ON CONFLICT DO NOTHING`;
  if (written < rows.length) throw new ConflictError('an execution was applied meanwhile');
}

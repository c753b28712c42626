import { accessRows, retentionRows } from './access.ts';
import { clientRows } from './clients.ts';
import { controlRows } from './control.ts';
import { outboxRows } from './outbox.ts';
import { postgresRows } from './postgres.ts';
import { redisRows } from './redis.ts';
import type { Row } from './row.ts';
import { serverRows } from './server.ts';
import { transactionRows } from './transactions.ts';

/** The fault matrix: rows F1 to F30 and F33 to F37. */
export const ROWS: readonly Row[] = [
  ...serverRows,
  ...redisRows,
  ...postgresRows,
  ...transactionRows,
  ...clientRows,
  ...accessRows,
  ...outboxRows,
  ...retentionRows,
];

/** Without a fault, to be asked for by name. */
export const CONTROLS = controlRows;

-- A page of a user's executions by their time (src/orders/execution-queries.ts); Prisma's schema can't say it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "executions_of_user_idx" ON "executions"
("user_id", (COALESCE("transact_time", "received_at")) DESC, "venue" DESC, "exec_id" DESC)
WHERE "exec_type" IN ('TRADE', 'TRADE_CANCEL', 'TRADE_CORRECT');

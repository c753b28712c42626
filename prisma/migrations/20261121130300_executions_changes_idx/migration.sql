-- What was said of an order's fills afterwards: rare, however many fills it has. Prisma's schema can't say it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "executions_changes_idx" ON "executions"("order_id") WHERE "exec_type" IN ('TRADE_CANCEL', 'TRADE_CORRECT');

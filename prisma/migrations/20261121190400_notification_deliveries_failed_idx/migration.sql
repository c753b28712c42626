-- Built while others write.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "notification_deliveries_failed_idx" ON "notification_deliveries"("at") WHERE "state" = 'FAILED';

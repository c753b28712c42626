CREATE INDEX CONCURRENTLY IF NOT EXISTS "quarantined_reports_try_at_idx" ON "quarantined_reports"("try_at");

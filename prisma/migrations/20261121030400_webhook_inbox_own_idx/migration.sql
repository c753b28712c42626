CREATE INDEX CONCURRENTLY IF NOT EXISTS "webhook_inbox_venue_own_received_at_idx" ON "webhook_inbox"("venue", "own", "received_at");

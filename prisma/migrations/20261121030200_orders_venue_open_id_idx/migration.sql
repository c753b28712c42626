CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_venue_open_id_idx" ON "orders"("venue", "open", "id");

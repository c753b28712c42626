CREATE INDEX CONCURRENTLY "orders_venue_open_id_idx" ON "orders"("venue", "open", "id");

CREATE INDEX CONCURRENTLY IF NOT EXISTS "orders_user_id_updated_at_id_idx" ON "orders"("user_id", "updated_at" DESC, "id" DESC);

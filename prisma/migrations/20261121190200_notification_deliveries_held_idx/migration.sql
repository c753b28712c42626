-- Built while others write.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "notification_deliveries_held_idx" ON "notification_deliveries"("release_at") WHERE "state" = 'HELD' AND "digest_id" IS NULL;

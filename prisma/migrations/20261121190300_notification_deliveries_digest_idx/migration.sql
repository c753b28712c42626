-- Built while others write.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "notification_deliveries_digest_id_idx" ON "notification_deliveries"("digest_id") WHERE "digest_id" IS NOT NULL;

-- Built while others write.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "notification_deliveries_user_id_channel_at_idx" ON "notification_deliveries"("user_id", "channel", "at") WHERE "state" <> 'SUPPRESSED' OR "channel" = 'IN_APP';

-- What a digest tells is compared with what was told of the same order since, by the order's version.
ALTER TABLE "notification_deliveries" ADD COLUMN     "version" INTEGER;

-- A report is made outside of any transaction, by one process at a time, and keeps its period when it has to be tried again.
ALTER TABLE "report_schedules" ADD COLUMN     "busy_until" TIMESTAMPTZ(3);

-- Of each notification's five rows most are suppressed, and nobody looks for those but by id: they are in no other index.
-- Those that take the place of these follow one by one. What is old is found by reading the table a slice at a time.
DROP INDEX "notification_deliveries_user_id_channel_at_idx";
DROP INDEX "notification_deliveries_state_release_at_idx";
DROP INDEX "notification_deliveries_digest_id_idx";
DROP INDEX "notification_deliveries_at_idx";

-- What a digest tells is compared with what was told of the same order since, by the order's version.
ALTER TABLE "notification_deliveries" ADD COLUMN     "version" INTEGER;

-- A report is made outside of any transaction, by one process at a time, and keeps its period when it has to be tried again.
ALTER TABLE "report_schedules" ADD COLUMN     "busy_until" TIMESTAMPTZ(3);

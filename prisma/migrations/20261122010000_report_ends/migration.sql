-- A report begins where the last one ended, and counts what was told since that one was read. Rows from before have neither:
-- their next report begins as it did. Columns that may be null, without a default, are added without touching a row.
ALTER TABLE "report_schedules" ADD COLUMN     "reported_to" TIMESTAMPTZ(3),
ADD COLUMN     "reported_offset" BIGINT,
ADD COLUMN     "began_at" TIMESTAMPTZ(3),
ADD COLUMN     "kept_for" TIMESTAMPTZ(3);

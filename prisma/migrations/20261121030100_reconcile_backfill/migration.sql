-- Apart from the columns, whose locks would keep everybody from the tables for as long as this runs.
UPDATE "webhook_inbox" SET "own" = true WHERE "delivery_id" LIKE 'refused-%' OR "delivery_id" LIKE 'replay-%';

-- Claims that waited before there was a way to confirm them.
UPDATE "quarantined_reports" SET "reason" = 'UNCONFIRMED', "try_at" = "created_at"
WHERE "resolved_at" IS NULL AND "reason" = 'UNREADABLE_REPORT' AND "detail" LIKE 'waits until the order has been fetched%';

-- When a delivery that is owed is tried next, and what it takes the place of on a screen.
ALTER TABLE "notification_deliveries" ADD COLUMN "due_at" TIMESTAMPTZ(3), ADD COLUMN "collapse" TEXT;

-- What is owed is few among many: workers look at nothing else.
CREATE INDEX "notification_deliveries_owed_idx" ON "notification_deliveries"("channel", "due_at") WHERE "state" = 'PENDING';

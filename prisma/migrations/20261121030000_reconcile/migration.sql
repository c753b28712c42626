-- DropIndex
DROP INDEX "orders_venue_open_idx";

-- CreateIndex
CREATE INDEX "orders_venue_open_id_idx" ON "orders"("venue", "open", "id");

-- AlterTable
ALTER TABLE "webhook_inbox" ADD COLUMN     "own" BOOLEAN NOT NULL DEFAULT false;
UPDATE "webhook_inbox" SET "own" = true WHERE "delivery_id" LIKE 'refused-%' OR "delivery_id" LIKE 'replay-%';

-- CreateIndex
CREATE INDEX "webhook_inbox_venue_own_received_at_idx" ON "webhook_inbox"("venue", "own", "received_at");

-- AlterTable
ALTER TABLE "quarantined_reports" ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "try_at" TIMESTAMPTZ(3);

-- Claims that waited before there was a way to confirm them.
UPDATE "quarantined_reports" SET "reason" = 'UNCONFIRMED', "try_at" = "created_at"
WHERE "resolved_at" IS NULL AND "reason" = 'UNREADABLE_REPORT' AND "detail" LIKE 'waits until the order has been fetched%';

-- CreateIndex
CREATE INDEX "quarantined_reports_try_at_idx" ON "quarantined_reports"("try_at");

-- CreateTable
CREATE TABLE "order_doubts" (
    "order_id" UUID NOT NULL,
    "venue" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "cum_qty" DECIMAL(38,18) NOT NULL,

    CONSTRAINT "order_doubts_pkey" PRIMARY KEY ("order_id")
);

-- CreateIndex
CREATE INDEX "order_doubts_venue_order_id_idx" ON "order_doubts"("venue", "order_id");

-- CreateTable
CREATE TABLE "venue_sweeps" (
    "venue" TEXT NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "holder" UUID,
    "held_until" TIMESTAMPTZ(3),
    "place" UUID,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "venue_sweeps_pkey" PRIMARY KEY ("venue")
);

-- It may be null: a process of the version before writes null into what it does not know.
ALTER TABLE "webhook_inbox" ADD COLUMN     "own" BOOLEAN DEFAULT false;

-- AlterTable
ALTER TABLE "quarantined_reports" ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "try_at" TIMESTAMPTZ(3);

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

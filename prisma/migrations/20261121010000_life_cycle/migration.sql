-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "complete" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "fills" TEXT NOT NULL DEFAULT 'NONE',
ADD COLUMN     "session" TEXT NOT NULL DEFAULT 'LIVE',
ADD COLUMN     "settled" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "stamps" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "stopped" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "quarantined_reports" ADD COLUMN     "waits_for" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- An order by amount that its venue called filled: a word of its own now.
UPDATE "orders" SET "complete" = true, "closed" = NULL WHERE "closed" = 'FILLED';
UPDATE "orders" SET "fills" = 'OWN' WHERE "cum_qty" > 0;

-- Every column may be null: a process of the version before writes null into those that it does not know.
ALTER TABLE "orders" ADD COLUMN     "complete" BOOLEAN DEFAULT false,
ADD COLUMN     "fills" TEXT DEFAULT 'NONE',
ADD COLUMN     "session" TEXT DEFAULT 'LIVE',
ADD COLUMN     "settled" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "stamps" JSONB DEFAULT '{}',
ADD COLUMN     "stopped" BOOLEAN DEFAULT false;

-- AlterTable
ALTER TABLE "quarantined_reports" ADD COLUMN     "waits_for" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Every column may be null: a process of the version before names none of them when it inserts.
ALTER TABLE "executions" ADD COLUMN     "nth" INTEGER;
ALTER TABLE "order_doubts" ALTER COLUMN "cum_qty" DROP NOT NULL,
ADD COLUMN     "below_qty" DECIMAL(48,18),
ADD COLUMN     "asked_at" TIMESTAMPTZ(3);

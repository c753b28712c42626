-- Every column may be null: a process of the version before names none of them when it inserts.
ALTER TABLE "orders" ADD COLUMN     "derived_qty" DECIMAL(48,18) DEFAULT 0;
ALTER TABLE "executions" ADD COLUMN     "covered" BOOLEAN DEFAULT false,
ADD COLUMN     "cum_qty" DECIMAL(48,18);

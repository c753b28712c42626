-- Every column may be null: a process of the version before names none of them when it inserts.
ALTER TABLE "orders" ADD COLUMN     "derived_qty" DECIMAL(48,18) DEFAULT 0;
ALTER TABLE "executions" ADD COLUMN     "covered" BOOLEAN DEFAULT false,
ADD COLUMN     "cum_qty" DECIMAL(48,18);

-- No longer written. It stays for processes of the version before, whose statements name it.
ALTER TABLE "orders" ALTER COLUMN "fills" DROP NOT NULL;

-- What was derived so far is all that there is of these orders. When it was stated is not known, only when it came.
UPDATE "orders" SET "derived_qty" = "cum_qty",
  "stamps" = "stamps" || jsonb_build_object(
    'derivedQty', to_char("updated_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z "'))
WHERE "fills" = 'DERIVED';

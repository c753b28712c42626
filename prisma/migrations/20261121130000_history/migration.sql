-- AlterTable
ALTER TABLE "executions" ADD COLUMN     "committed_at" TIMESTAMPTZ(3),
ADD COLUMN     "user_id" TEXT;

-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "client" TEXT;

-- What was applied before: its user from its order, its commit from the event that told of it.
UPDATE "executions" AS e SET "user_id" = o."user_id", "committed_at" = COALESCE(told."committed_at", e."received_at")
FROM "executions" AS x
JOIN "orders" AS o ON o."id" = x."order_id"
LEFT JOIN (
  SELECT "order_id", "data"->'event'->>'execId' AS "exec_id", min("committed_at") AS "committed_at"
  FROM "stream_events" WHERE "order_id" IS NOT NULL GROUP BY 1, 2
) AS told ON told."order_id" = x."order_id" AND told."exec_id" = x."exec_id"
WHERE x."venue" = e."venue" AND x."exec_id" = e."exec_id";

-- A process of the version before, still running while this one starts, writes neither column.
CREATE FUNCTION "fill_execution"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT o."user_id" INTO NEW."user_id" FROM "orders" AS o WHERE o."id" = NEW."order_id";
  NEW."committed_at" := COALESCE(NEW."committed_at", clock_timestamp());
  RETURN NEW;
END $$;
CREATE TRIGGER "fill_execution" BEFORE INSERT ON "executions"
FOR EACH ROW WHEN (NEW."user_id" IS NULL) EXECUTE FUNCTION "fill_execution"();

-- A page of a user's executions by their time (src/orders/execution-queries.ts); Prisma's schema can't say either of these.
CREATE INDEX "executions_of_user_idx" ON "executions"
("user_id", (COALESCE("transact_time", "received_at")) DESC, "venue" DESC, "exec_id" DESC)
WHERE "exec_type" IN ('TRADE', 'TRADE_CANCEL', 'TRADE_CORRECT');

-- What was said of an order's fills afterwards: rare, however many fills it has.
CREATE INDEX "executions_changes_idx" ON "executions"("order_id") WHERE "exec_type" IN ('TRADE_CANCEL', 'TRADE_CORRECT');

-- CreateIndex
CREATE INDEX "orders_user_id_updated_at_id_idx" ON "orders"("user_id", "updated_at" DESC, "id" DESC);

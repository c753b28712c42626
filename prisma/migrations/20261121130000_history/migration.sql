-- Orders before executions, as every transaction of ingest takes them.
ALTER TABLE "orders" ADD COLUMN     "client" TEXT;

-- AlterTable
ALTER TABLE "executions" ADD COLUMN     "committed_at" TIMESTAMPTZ(3),
ADD COLUMN     "user_id" TEXT;

-- A process of the version before, still running while this one starts, writes neither column.
CREATE FUNCTION "fill_execution"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT o."user_id" INTO NEW."user_id" FROM "orders" AS o WHERE o."id" = NEW."order_id";
  NEW."committed_at" := COALESCE(NEW."committed_at", clock_timestamp());
  RETURN NEW;
END $$;
CREATE TRIGGER "fill_execution" BEFORE INSERT ON "executions"
FOR EACH ROW WHEN (NEW."user_id" IS NULL) EXECUTE FUNCTION "fill_execution"();

-- The user of what was applied before, from its order, in batches that each COMMIT; and so it is no transaction as a whole.
-- It locks rows that nobody changes, and may be run again. When they were committed is not looked up: nobody reads null
-- there (src/orders/execution-queries.ts).
DO $$
DECLARE
  "last" record;
BEGIN
  SELECT ''::text AS "venue", ''::text AS "exec_id" INTO "last";
  LOOP
    WITH "batch" AS (
      SELECT e."venue", e."exec_id", e."order_id" FROM "executions" AS e
      WHERE (e."venue", e."exec_id") > ("last"."venue", "last"."exec_id")
      ORDER BY e."venue", e."exec_id" LIMIT 5000
    ), "named" AS (
      UPDATE "executions" AS e SET "user_id" = o."user_id"
      FROM "batch" AS b JOIN "orders" AS o ON o."id" = b."order_id"
      WHERE e."venue" = b."venue" AND e."exec_id" = b."exec_id" AND e."user_id" IS NULL
    )
    SELECT b."venue", b."exec_id" INTO "last" FROM "batch" AS b ORDER BY b."venue" DESC, b."exec_id" DESC LIMIT 1;
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END $$;

-- What was derived so far is all that there is of these orders. When it was stated is not known, only when it came.
UPDATE "orders" SET "derived_qty" = "cum_qty",
  "stamps" = COALESCE("stamps", '{}') || jsonb_build_object(
    'derivedQty', to_char("updated_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z "'))
WHERE "fills" = 'DERIVED';

-- The index before this one begins with its columns.
DROP INDEX CONCURRENTLY IF EXISTS "orders_venue_open_idx";

-- The index before this one begins with its columns.
DROP INDEX CONCURRENTLY "orders_venue_open_idx";

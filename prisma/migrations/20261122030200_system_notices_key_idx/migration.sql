-- Built while others write.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "system_notices_key" ON "system_notices"("key");

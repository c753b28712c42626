ALTER TABLE "system_notices" ADD COLUMN     "key" TEXT;

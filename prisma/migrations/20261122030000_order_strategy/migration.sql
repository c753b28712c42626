ALTER TABLE "orders" ADD COLUMN     "strategy" TEXT;

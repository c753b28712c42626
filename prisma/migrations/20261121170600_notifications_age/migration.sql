-- Old ones are found without reading the others.
CREATE INDEX "notification_deliveries_at_idx" ON "notification_deliveries"("at");

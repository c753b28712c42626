-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "venue_accounts" (
    "venue" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "venue_accounts_pkey" PRIMARY KEY ("venue","account")
);

-- CreateTable
CREATE TABLE "orders" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "venue" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "cl_ord_id" TEXT,
    "venue_order_id" TEXT,
    "symbol" TEXT NOT NULL,
    "asset_class" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "order_type" TEXT NOT NULL,
    "time_in_force" TEXT NOT NULL,
    "quantity" DECIMAL(38,18),
    "notional" DECIMAL(38,18),
    "price" DECIMAL(38,18),
    "stop_px" DECIMAL(38,18),
    "accepted" BOOLEAN NOT NULL,
    "closed" TEXT,
    "pending" JSONB NOT NULL,
    "cum_qty" DECIMAL(48,18) NOT NULL,
    "cum_amount" DECIMAL(96,36) NOT NULL,
    "status" TEXT NOT NULL,
    "open" BOOLEAN NOT NULL,
    "text" TEXT,
    "reject_reason" TEXT,
    "platform" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_refs" (
    "venue" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "order_id" UUID NOT NULL,

    CONSTRAINT "order_refs_pkey" PRIMARY KEY ("venue","account","ref")
);

-- CreateTable
CREATE TABLE "order_requests" (
    "user_id" TEXT NOT NULL,
    "cl_ord_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "order_id" UUID NOT NULL,
    "input_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "venue" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "request" JSON,
    "sent_at" TIMESTAMPTZ(3),
    "held_until" TIMESTAMPTZ(3),

    CONSTRAINT "order_requests_pkey" PRIMARY KEY ("user_id","cl_ord_id")
);

-- CreateTable
CREATE TABLE "executions" (
    "venue" TEXT NOT NULL,
    "exec_id" TEXT NOT NULL,
    "order_id" UUID NOT NULL,
    "exec_type" TEXT NOT NULL,
    "exec_ref_id" TEXT,
    "last_qty" DECIMAL(38,18),
    "last_px" DECIMAL(38,18),
    "claim" JSON NOT NULL,
    "transact_time" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "executions_pkey" PRIMARY KEY ("venue","exec_id")
);

-- CreateTable
CREATE TABLE "stream_epoch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stream_epoch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stream_heads" (
    "user_id" TEXT NOT NULL,
    "offset" BIGINT NOT NULL DEFAULT 0,
    "retained_from" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "stream_heads_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "stream_events" (
    "user_id" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,
    "epoch" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "order_id" UUID,
    "data" JSON NOT NULL,
    "change" JSON,
    "committed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_events_pkey" PRIMARY KEY ("user_id","offset")
);

-- CreateTable
CREATE TABLE "webhook_inbox" (
    "venue" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "accepted" INTEGER NOT NULL,
    "duplicates" INTEGER NOT NULL,
    "quarantined" INTEGER NOT NULL,
    "unreadable" BOOLEAN NOT NULL DEFAULT false,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_inbox_pkey" PRIMARY KEY ("venue","delivery_id")
);

-- CreateTable
CREATE TABLE "quarantined_reports" (
    "id" UUID NOT NULL,
    "venue" TEXT NOT NULL,
    "account" TEXT,
    "delivery_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "quarantined_reports_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "venue_accounts_user_id_venue_idx" ON "venue_accounts"("user_id", "venue");

-- CreateIndex
CREATE INDEX "orders_user_id_created_at_id_idx" ON "orders"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "orders_user_id_open_created_at_id_idx" ON "orders"("user_id", "open", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "orders_venue_open_idx" ON "orders"("venue", "open");

-- CreateIndex
CREATE INDEX "order_refs_user_id_ref_idx" ON "order_refs"("user_id", "ref");

-- CreateIndex
CREATE INDEX "order_requests_order_id_version_idx" ON "order_requests"("order_id", "version");

-- CreateIndex
CREATE INDEX "executions_order_id_idx" ON "executions"("order_id");

-- CreateIndex
CREATE INDEX "stream_events_order_id_offset_idx" ON "stream_events"("order_id", "offset");

-- CreateIndex
CREATE INDEX "webhook_inbox_received_at_idx" ON "webhook_inbox"("received_at");

-- CreateIndex
CREATE INDEX "quarantined_reports_venue_account_resolved_at_idx" ON "quarantined_reports"("venue", "account", "resolved_at");

-- CreateIndex
CREATE INDEX "quarantined_reports_created_at_idx" ON "quarantined_reports"("created_at");



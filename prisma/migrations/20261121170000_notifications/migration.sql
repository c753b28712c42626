-- CreateTable
CREATE TABLE "consumer_checkpoints" (
    "consumer" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,

    CONSTRAINT "consumer_checkpoints_pkey" PRIMARY KEY ("consumer","user_id")
);

-- CreateTable
CREATE TABLE "notification_facts" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "order_id" TEXT,
    "symbol" TEXT,
    "strategy" TEXT,
    "data" JSON NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "routed_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_facts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "system_notices" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "region" TEXT,
    "app_version_below" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "place" TEXT,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "system_notices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "critical_notifications" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "order_id" TEXT,
    "symbol" TEXT,
    "strategy" TEXT,
    "data" JSON NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "critical_notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_deliveries" (
    "notification_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "release_at" TIMESTAMPTZ(3),
    "digest_id" UUID,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "sending_since" TIMESTAMPTZ(3),
    "unknown" INTEGER NOT NULL DEFAULT 0,
    "targets" JSON,
    "provider_id" TEXT,
    "text" TEXT,
    "notification" JSON,
    "due_at" TIMESTAMPTZ(3),
    "collapse" TEXT,

    CONSTRAINT "notification_deliveries_pkey" PRIMARY KEY ("notification_id","channel")
);

-- CreateTable
CREATE TABLE "devices" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "installation" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "provider" TEXT,
    "token" TEXT,
    "keys" JSON,
    "permission" TEXT NOT NULL,
    "app_version" TEXT,
    "locale" TEXT,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "devices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_preferences" (
    "user_id" TEXT NOT NULL,
    "data" JSON NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notification_preferences_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "report_schedules" (
    "user_id" TEXT NOT NULL,
    "report" TEXT NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "report_schedules_pkey" PRIMARY KEY ("user_id","report")
);

-- CreateIndex
CREATE INDEX "notification_facts_routed_at_created_at_idx" ON "notification_facts"("routed_at", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "notification_facts_user_id_key_key" ON "notification_facts"("user_id", "key");

-- CreateIndex
CREATE INDEX "system_notices_done_at_idx" ON "system_notices"("done_at");

-- CreateIndex
CREATE INDEX "critical_notifications_user_id_created_at_id_idx" ON "critical_notifications"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "critical_notifications_user_id_key_key" ON "critical_notifications"("user_id", "key");

-- CreateIndex
CREATE INDEX "notification_deliveries_user_id_channel_at_idx" ON "notification_deliveries"("user_id", "channel", "at");

-- CreateIndex
CREATE INDEX "notification_deliveries_state_release_at_idx" ON "notification_deliveries"("state", "release_at");

-- CreateIndex
CREATE INDEX "notification_deliveries_digest_id_idx" ON "notification_deliveries"("digest_id");

-- CreateIndex
CREATE UNIQUE INDEX "devices_user_id_installation_key" ON "devices"("user_id", "installation");

-- CreateIndex
CREATE UNIQUE INDEX "devices_provider_token_key" ON "devices"("provider", "token");

-- CreateIndex
CREATE INDEX "report_schedules_next_at_idx" ON "report_schedules"("next_at");

-- What is owed is few among many: workers look at nothing else.
CREATE INDEX "notification_deliveries_owed_idx" ON "notification_deliveries"("channel", "due_at") WHERE "state" = 'PENDING';

-- The sweep of retention asks for one user's checkpoints.
CREATE INDEX "consumer_checkpoints_user_id_idx" ON "consumer_checkpoints"("user_id");

-- Old ones are found without reading the others.
CREATE INDEX "notification_deliveries_at_idx" ON "notification_deliveries"("at");

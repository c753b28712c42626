-- Contacts that were set before this begin unverified: nothing goes there until their user has confirmed them.

-- CreateTable
CREATE TABLE "notification_contacts" (
    "user_id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "verified_at" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "gone_text" TEXT,
    "code_hash" TEXT,
    "code_sent_at" TIMESTAMPTZ(3),
    "code_tries" INTEGER NOT NULL DEFAULT 0,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notification_contacts_pkey" PRIMARY KEY ("user_id","channel","address")
);

-- CreateTable
CREATE TABLE "contact_codes" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "mailbox" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "contact_codes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "contact_codes_user_id_sent_at_idx" ON "contact_codes"("user_id", "sent_at");

-- CreateIndex
CREATE INDEX "contact_codes_mailbox_sent_at_idx" ON "contact_codes"("mailbox", "sent_at");

-- CreateIndex
CREATE INDEX "contact_codes_sent_at_idx" ON "contact_codes"("sent_at");

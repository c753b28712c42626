-- What the user was told stays as it was told, in the language of then. The table is not released yet, so nothing is in it.
ALTER TABLE "critical_notifications"
  ADD COLUMN "title" TEXT NOT NULL,
  ADD COLUMN "body" TEXT NOT NULL,
  ADD COLUMN "locale" TEXT NOT NULL;

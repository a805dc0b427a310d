-- AlterTable
ALTER TABLE "session" ADD COLUMN "audited" INTEGER NOT NULL DEFAULT 0;

-- A session writes its chain under its own id.
UPDATE "session" SET "audited" = w."count" FROM "audit_writer" w WHERE w."id" = "session"."id";

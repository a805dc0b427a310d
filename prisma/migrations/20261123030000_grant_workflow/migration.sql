-- AlterTable
ALTER TABLE "grant" ADD COLUMN "workflow" TEXT NOT NULL DEFAULT '';
ALTER TABLE "grant" ALTER COLUMN "workflow" DROP DEFAULT;

-- Nobody knows any more which workflow asked when these were given.
UPDATE "grant" SET "revoked_at" = now(), "revoked_by" = 'preloop' WHERE "revoked_at" IS NULL;

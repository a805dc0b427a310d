-- AlterTable
ALTER TABLE "session" ADD COLUMN "address" TEXT;
ALTER TABLE "session" ADD COLUMN "is_claimed" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "approval_created_at_id_idx" ON "approval"("created_at", "id");

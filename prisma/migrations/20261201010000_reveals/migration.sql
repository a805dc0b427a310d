-- CreateTable
CREATE TABLE "reveal" (
    "approval_id" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "arguments_digest" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reveal_pkey" PRIMARY KEY ("approval_id","person","arguments_digest")
);

-- AddForeignKey
ALTER TABLE "reveal" ADD CONSTRAINT "reveal_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE;

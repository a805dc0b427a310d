-- AlterTable
ALTER TABLE "pin" DROP CONSTRAINT "pin_pkey",
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'tool',
ADD CONSTRAINT "pin_pkey" PRIMARY KEY ("server", "kind", "tool", "digest");

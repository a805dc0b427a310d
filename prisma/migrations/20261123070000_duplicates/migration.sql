-- CreateTable
CREATE TABLE "duplicate_check" (
    "row_id" BIGINT NOT NULL,
    "text_hash" TEXT NOT NULL,
    "is_due" BOOLEAN NOT NULL DEFAULT false,
    "checked_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "duplicate_check_pkey" PRIMARY KEY ("row_id")
);

-- CreateTable
CREATE TABLE "duplicate_near" (
    "row_id" BIGINT NOT NULL,
    "near_row_id" BIGINT NOT NULL,
    "likeness" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "duplicate_near_pkey" PRIMARY KEY ("row_id","near_row_id")
);

-- CreateTable
CREATE TABLE "duplicate_verdict" (
    "first_hash" TEXT NOT NULL,
    "second_hash" TEXT NOT NULL,
    "judge" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "judged_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "duplicate_verdict_pkey" PRIMARY KEY ("first_hash","second_hash","judge")
);

-- CreateIndex
CREATE INDEX "duplicate_near_near_row_id_idx" ON "duplicate_near"("near_row_id");

-- AddForeignKey
ALTER TABLE "duplicate_check" ADD CONSTRAINT "duplicate_check_row_id_fkey" FOREIGN KEY ("row_id") REFERENCES "issue"("row_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "duplicate_near" ADD CONSTRAINT "duplicate_near_row_id_fkey" FOREIGN KEY ("row_id") REFERENCES "issue"("row_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "duplicate_near" ADD CONSTRAINT "duplicate_near_near_row_id_fkey" FOREIGN KEY ("near_row_id") REFERENCES "issue"("row_id") ON DELETE CASCADE ON UPDATE CASCADE;

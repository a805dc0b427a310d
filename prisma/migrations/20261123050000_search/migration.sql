-- Ranking needs sparse vectors (pgvector 0.7) and index scans that go on under a filter (0.8).
DO $$
BEGIN
  IF to_regtype('sparsevec') IS NULL THEN
    ALTER EXTENSION vector UPDATE;
  END IF;
  IF to_regtype('sparsevec') IS NULL THEN
    RAISE EXCEPTION 'the extension "vector" is too old: pgvector 0.8 or newer is needed' USING ERRCODE = '0A000';
  END IF;
END
$$;

-- CreateTable
CREATE TABLE "search_document" (
    "row_id" BIGINT NOT NULL,
    "text_hash" TEXT NOT NULL,
    "reading" TEXT NOT NULL,
    "read_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "search_document_pkey" PRIMARY KEY ("row_id")
);

-- CreateTable
CREATE TABLE "search_terms" (
    "row_id" BIGINT NOT NULL,
    "terms" INTEGER[] NOT NULL,
    "weights" sparsevec NOT NULL,

    CONSTRAINT "search_terms_pkey" PRIMARY KEY ("row_id")
);

-- CreateTable
CREATE TABLE "search_term" (
    "term" INTEGER NOT NULL,
    "documents" INTEGER NOT NULL,

    CONSTRAINT "search_term_pkey" PRIMARY KEY ("term")
);

-- CreateTable
CREATE TABLE "search_space" (
    "number" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "dimensions" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "lease_owner" TEXT,
    "lease_until" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "served_at" TIMESTAMPTZ(6),

    CONSTRAINT "search_space_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "search_embedding" (
    "space" INTEGER NOT NULL,
    "row_id" BIGINT NOT NULL,
    "text_hash" TEXT NOT NULL,
    "embedding" vector NOT NULL,

    CONSTRAINT "search_embedding_pkey" PRIMARY KEY ("space","row_id")
);

-- CreateIndex
CREATE INDEX "search_terms_terms_idx" ON "search_terms" USING GIN ("terms");

-- CreateIndex
CREATE UNIQUE INDEX "search_space_name_key" ON "search_space"("name");

-- CreateIndex
CREATE INDEX "search_embedding_space_text_hash_idx" ON "search_embedding"("space", "text_hash");

-- AddForeignKey
ALTER TABLE "search_embedding" ADD CONSTRAINT "search_embedding_space_fkey" FOREIGN KEY ("space") REFERENCES "search_space"("number") ON DELETE CASCADE ON UPDATE CASCADE;

-- What filters and the indexer look at, without the texts; partial, so that Prisma leaves them alone. One index for
-- each vector space with many rows is made when it gets them.
CREATE INDEX "issue_filter_idx" ON "issue"("project", "tracker", "state", "status", "created_at", "row_id") WHERE "gone_at" IS NULL;
CREATE INDEX "issue_text_idx" ON "issue"("row_id", "text_hash") WHERE "gone_at" IS NULL;
CREATE INDEX "issue_gone_idx" ON "issue"("row_id") WHERE "gone_at" IS NOT NULL;

-- Ranking reads all of these: within the row, an exact scan takes a fifth of the time. What does not fit a page still
-- goes out of line.
ALTER TABLE "search_embedding" ALTER COLUMN "embedding" SET STORAGE MAIN;
ALTER TABLE "search_terms" ALTER COLUMN "weights" SET STORAGE MAIN;

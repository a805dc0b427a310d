-- CreateTable
CREATE TABLE "issue" (
    "row_id" BIGSERIAL NOT NULL,
    "tracker" TEXT NOT NULL,
    "remote_id" TEXT NOT NULL,
    "project" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "raw_body" TEXT,
    "is_lossy" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "type" TEXT,
    "priority" TEXT,
    "labels" TEXT[] NOT NULL,
    "assignee" TEXT,
    "assignee_name" TEXT,
    "author" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,
    "closed_at" TIMESTAMPTZ(6),
    "comment_count" INTEGER,
    "kept_comments" INTEGER NOT NULL DEFAULT 0,
    "settled_count" INTEGER,
    "digest" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "text_hash" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(6) NOT NULL,
    "gone_at" TIMESTAMPTZ(6),
    "moved_to" TEXT,

    CONSTRAINT "issue_pkey" PRIMARY KEY ("row_id")
);

-- CreateTable
CREATE TABLE "issue_comment" (
    "tracker" TEXT NOT NULL,
    "remote_id" TEXT NOT NULL,
    "issue_row_id" BIGINT NOT NULL,
    "author" TEXT,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,
    "body_hash" TEXT NOT NULL,

    CONSTRAINT "issue_comment_pkey" PRIMARY KEY ("tracker","remote_id")
);

-- CreateTable
CREATE TABLE "issue_link" (
    "issue_row_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "target_id" TEXT,

    CONSTRAINT "issue_link_pkey" PRIMARY KEY ("issue_row_id","kind","target")
);

-- CreateTable
CREATE TABLE "project" (
    "tracker" TEXT NOT NULL,
    "project" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "cursor" TEXT,
    "sweep" TEXT,
    "synced_at" TIMESTAMPTZ(6),
    "swept_at" TIMESTAMPTZ(6),
    "failed_at" TIMESTAMPTZ(6),
    "last_error" TEXT,
    "lease_owner" TEXT,
    "lease_until" TIMESTAMPTZ(6),

    CONSTRAINT "project_pkey" PRIMARY KEY ("tracker","project")
);

-- CreateIndex
CREATE INDEX "issue_tracker_key_idx" ON "issue"("tracker", "key");

-- CreateIndex
CREATE INDEX "issue_project_tracker_row_id_idx" ON "issue"("project", "tracker", "row_id");

-- CreateIndex
CREATE UNIQUE INDEX "issue_tracker_remote_id_key" ON "issue"("tracker", "remote_id");

-- CreateIndex
CREATE INDEX "issue_comment_issue_row_id_created_at_idx" ON "issue_comment"("issue_row_id", "created_at");

-- AddForeignKey
ALTER TABLE "issue_comment" ADD CONSTRAINT "issue_comment_issue_row_id_fkey" FOREIGN KEY ("issue_row_id") REFERENCES "issue"("row_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issue_link" ADD CONSTRAINT "issue_link_issue_row_id_fkey" FOREIGN KEY ("issue_row_id") REFERENCES "issue"("row_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Issues whose comments have to be counted again; partial, so that Prisma leaves it alone.
CREATE INDEX "issue_unsettled_idx" ON "issue"("tracker", "project")
  WHERE "gone_at" IS NULL AND "comment_count" <> "kept_comments" AND "comment_count" IS DISTINCT FROM "settled_count";

-- CreateExtension
CREATE EXTENSION IF NOT EXISTS vector;

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'stdio',
    "client" TEXT NOT NULL,
    "client_version" TEXT NOT NULL,
    "user" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "cwd" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(6) NOT NULL,
    "ended_at" TIMESTAMPTZ(6),
    "frozen_at" TIMESTAMPTZ(6),
    "frozen_by" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "server" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "definition_digest" TEXT NOT NULL,
    "proposed_args" TEXT NOT NULL,
    "proposed_digest" TEXT NOT NULL,
    "effective_args" TEXT NOT NULL,
    "effective_digest" TEXT NOT NULL,
    "input_schema" TEXT,
    "rule" TEXT NOT NULL,
    "risk" TEXT NOT NULL,
    "why" TEXT,
    "justification" TEXT,
    "policy_version" TEXT NOT NULL,
    "workflow" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline" TIMESTAMPTZ(6) NOT NULL,
    "patience_until" TIMESTAMPTZ(6),
    "escalate_at" TIMESTAMPTZ(6),
    "escalated_at" TIMESTAMPTZ(6),
    "lease_until" TIMESTAMPTZ(6) NOT NULL,
    "parked_at" TIMESTAMPTZ(6),
    "decided_at" TIMESTAMPTZ(6),
    "decided_by" TEXT,
    "started_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),
    "outcome" TEXT,
    "delivered_at" TIMESTAMPTZ(6),

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vote" (
    "id" BIGSERIAL NOT NULL,
    "approval_id" TEXT NOT NULL,
    "decider" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "arguments_digest" TEXT NOT NULL,
    "reason" TEXT,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "voided_at" TIMESTAMPTZ(6),

    CONSTRAINT "vote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant" (
    "id" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "server" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "definition_digest" TEXT NOT NULL,
    "arguments_digest" TEXT,
    "pattern" JSONB,
    "session_id" TEXT,
    "user" TEXT NOT NULL,
    "until" TIMESTAMPTZ(6),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(6),
    "revoked_by" TEXT,
    "uses" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision_link" (
    "token_hash" TEXT NOT NULL,
    "approval_id" TEXT NOT NULL,
    "decider" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "decision_link_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "audit_writer" (
    "id" TEXT NOT NULL,
    "head" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_writer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_record" (
    "writer_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "call_id" TEXT NOT NULL,
    "server" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_record_pkey" PRIMARY KEY ("writer_id","seq")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "approval_call_id_key" ON "approval"("call_id");

-- CreateIndex
CREATE INDEX "approval_status_created_at_idx" ON "approval"("status", "created_at");

-- CreateIndex
CREATE INDEX "approval_server_tool_created_at_idx" ON "approval"("server", "tool", "created_at");

-- CreateIndex
CREATE INDEX "approval_session_id_idx" ON "approval"("session_id");

-- CreateIndex
CREATE INDEX "approval_proposed_digest_idx" ON "approval"("proposed_digest");

-- CreateIndex
CREATE INDEX "vote_approval_id_idx" ON "vote"("approval_id");

-- CreateIndex
CREATE INDEX "decision_link_approval_id_idx" ON "decision_link"("approval_id");

-- CreateIndex
CREATE INDEX "audit_record_at_idx" ON "audit_record"("at");

-- CreateIndex
CREATE INDEX "audit_record_call_id_idx" ON "audit_record"("call_id");

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vote" ADD CONSTRAINT "vote_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_link" ADD CONSTRAINT "decision_link_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_record" ADD CONSTRAINT "audit_record_writer_id_fkey" FOREIGN KEY ("writer_id") REFERENCES "audit_writer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



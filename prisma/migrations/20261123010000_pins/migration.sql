-- CreateTable
CREATE TABLE "pin" (
    "server" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "definition" TEXT NOT NULL,
    "flags" JSONB NOT NULL DEFAULT '[]',
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "accepted_at" TIMESTAMPTZ(6),
    "accepted_by" TEXT,

    CONSTRAINT "pin_pkey" PRIMARY KEY ("server","tool","digest")
);

-- CreateTable
CREATE TABLE "tool_switch" (
    "server" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "off_by" TEXT NOT NULL,
    "off_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_switch_pkey" PRIMARY KEY ("server","tool")
);

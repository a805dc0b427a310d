-- CreateTable
CREATE TABLE "server_login" (
    "user" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "renewer" TEXT,
    "renewer_until" TIMESTAMPTZ(6),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "server_login_pkey" PRIMARY KEY ("user","url")
);

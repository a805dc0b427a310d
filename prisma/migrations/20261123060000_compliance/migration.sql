-- CreateTable
CREATE TABLE "compliance_judgement" (
    "content_hash" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "metric_version" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "judged_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "compliance_judgement_pkey" PRIMARY KEY ("content_hash","metric","metric_version","model")
);

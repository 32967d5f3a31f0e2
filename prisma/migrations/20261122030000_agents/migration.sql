-- CreateTable
CREATE TABLE "agent" (
    "id" UUID NOT NULL,
    "host_id" UUID NOT NULL,
    "public_key" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "enrolled_by" TEXT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3),
    "skew_ms" INTEGER,
    "refused" JSONB NOT NULL DEFAULT '[]',
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enrolment" (
    "hash" TEXT NOT NULL,
    "name" TEXT,
    "class" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "agent_id" UUID,

    CONSTRAINT "enrolment_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "agent_nonce" (
    "agent_id" UUID NOT NULL,
    "nonce" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agent_nonce_pkey" PRIMARY KEY ("agent_id","nonce")
);

-- CreateTable
CREATE TABLE "agent_lease" (
    "run_id" UUID NOT NULL,
    "fence" INTEGER NOT NULL,
    "host_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "agent_id" UUID,
    "runbook" TEXT NOT NULL,
    "runbook_version" INTEGER NOT NULL,
    "runbook_digest" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "deadline" TIMESTAMPTZ(3) NOT NULL,
    "cancel" BOOLEAN NOT NULL DEFAULT false,
    "leased_until" TIMESTAMPTZ(3),
    "next_seq" INTEGER NOT NULL DEFAULT 0,
    "end" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agent_lease_pkey" PRIMARY KEY ("run_id")
);

-- CreateTable
CREATE TABLE "agent_chunk" (
    "run_id" UUID NOT NULL,
    "fence" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "agent_chunk_pkey" PRIMARY KEY ("run_id","fence","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "agent_public_key_key" ON "agent"("public_key");

-- CreateIndex
CREATE INDEX "agent_host_id_idx" ON "agent"("host_id");

-- CreateIndex
CREATE INDEX "agent_nonce_at_idx" ON "agent_nonce"("at");

-- CreateIndex
CREATE INDEX "agent_lease_host_id_state_idx" ON "agent_lease"("host_id", "state");

-- AddForeignKey
ALTER TABLE "agent" ADD CONSTRAINT "agent_host_id_fkey" FOREIGN KEY ("host_id") REFERENCES "host"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_nonce" ADD CONSTRAINT "agent_nonce_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

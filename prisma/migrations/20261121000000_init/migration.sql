-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "host" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "port" INTEGER NOT NULL DEFAULT 22,
    "user" TEXT,
    "transport" TEXT NOT NULL DEFAULT 'ssh',
    "become" TEXT,
    "identity_file" TEXT,
    "identity_secret" TEXT,
    "jump" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "class" TEXT NOT NULL DEFAULT 'default',
    "labels" JSONB NOT NULL DEFAULT '{}',
    "facts" JSONB,
    "checked_at" TIMESTAMPTZ(3),
    "reachability" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "host_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "host_key" (
    "id" UUID NOT NULL,
    "host_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "trusted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "trusted_by" TEXT NOT NULL,

    CONSTRAINT "host_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secret" (
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "secret_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "investigation" (
    "id" UUID NOT NULL,
    "runbook" TEXT NOT NULL,
    "runbook_version" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "reason" TEXT NOT NULL DEFAULT '',
    "parameters" JSONB NOT NULL,
    "targets" JSONB NOT NULL,
    "concurrency" INTEGER,
    "requested_by" TEXT NOT NULL,
    "hosts" INTEGER NOT NULL,
    "verdict" JSONB,
    "cancel_requested" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "deadline" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "investigation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "investigation_id" UUID NOT NULL,
    "host_id" UUID,
    "host_name" TEXT NOT NULL,
    "host_class" TEXT NOT NULL,
    "host_labels" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "reason" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "worker" TEXT,
    "leased_until" TIMESTAMPTZ(3),
    "not_before" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "cost" JSONB,
    "facts" JSONB,
    "steps" JSONB NOT NULL DEFAULT '[]',
    "analysis" JSONB,
    "headline" JSONB,
    "oddness" DOUBLE PRECISION,

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_counter" (
    "investigation_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "event_counter_pkey" PRIMARY KEY ("investigation_id")
);

-- CreateTable
CREATE TABLE "event_log" (
    "investigation_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "body" JSONB NOT NULL,

    CONSTRAINT "event_log_pkey" PRIMARY KEY ("investigation_id","seq")
);

-- CreateTable
CREATE TABLE "evidence" (
    "run_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "truncated" BOOLEAN NOT NULL DEFAULT false,
    "tool" TEXT,
    "tool_version" TEXT,
    "exit_status" INTEGER,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "evidence_pkey" PRIMARY KEY ("run_id","step","stream")
);

-- CreateTable
CREATE TABLE "step_observation" (
    "run_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "parser" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "issues" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "step_observation_pkey" PRIMARY KEY ("run_id","step")
);

-- CreateTable
-- Partitioned by month, which Prisma cannot express (apps/api/src/observations/partitions.ts makes them).
CREATE TABLE "measurement" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "run_id" UUID NOT NULL,
    "host_id" UUID,
    "resource" TEXT NOT NULL,
    "metric" TEXT[],
    "instance" TEXT[],
    "value" DOUBLE PRECISION[],

    CONSTRAINT "measurement_pkey" PRIMARY KEY ("at","run_id","resource")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_code" (
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "login_code_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "session" (
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "host_name_key" ON "host"("name");

-- CreateIndex
CREATE INDEX "host_class_idx" ON "host"("class");

-- CreateIndex
CREATE UNIQUE INDEX "host_key_host_id_public_key_key" ON "host_key"("host_id", "public_key");

-- CreateIndex
CREATE INDEX "investigation_created_at_idx" ON "investigation"("created_at" DESC);

-- CreateIndex
CREATE INDEX "investigation_state_idx" ON "investigation"("state");

-- CreateIndex
CREATE INDEX "run_state_leased_until_idx" ON "run"("state", "leased_until");

-- CreateIndex
CREATE INDEX "run_host_id_started_at_idx" ON "run"("host_id", "started_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "run_investigation_id_host_name_key" ON "run"("investigation_id", "host_name");

-- CreateIndex
CREATE INDEX "outbox_not_before_idx" ON "outbox"("not_before");

-- CreateIndex
CREATE INDEX "evidence_sha256_idx" ON "evidence"("sha256");

-- CreateIndex
CREATE INDEX "measurement_host_id_at_idx" ON "measurement"("host_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at" DESC);

-- AddForeignKey
ALTER TABLE "host_key" ADD CONSTRAINT "host_key_host_id_fkey" FOREIGN KEY ("host_id") REFERENCES "host"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_investigation_id_fkey" FOREIGN KEY ("investigation_id") REFERENCES "investigation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

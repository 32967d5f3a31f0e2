-- AlterTable
ALTER TABLE "investigation" ADD COLUMN "pruned" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "hold" JSONB,
ADD COLUMN "traced_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "run" ADD COLUMN "timing" JSONB;

-- CreateTable
CREATE TABLE "evidence_orphan" (
    "sha256" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_orphan_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "fleet_freeze" (
    "id" INTEGER NOT NULL,
    "why" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "fleet_freeze_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "maintenance_window" (
    "id" UUID NOT NULL,
    "targets" JSONB NOT NULL,
    "why" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3),
    "until" TIMESTAMPTZ(3),
    "cron" TEXT,
    "tz" TEXT NOT NULL DEFAULT 'UTC',
    "duration_ms" INTEGER,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "maintenance_window_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedule" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "tz" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "jitter_ms" INTEGER NOT NULL DEFAULT 0,
    "spread" TEXT NOT NULL DEFAULT 'hosts',
    "window_ms" INTEGER,
    "overlap" TEXT NOT NULL DEFAULT 'skip',
    "missed" TEXT NOT NULL DEFAULT 'skip',
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "baseline" BOOLEAN NOT NULL DEFAULT true,
    "runs_as" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_to" TIMESTAMPTZ(3) NOT NULL,
    "next_due" TIMESTAMPTZ(3),

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedule_firing" (
    "id" UUID NOT NULL,
    "schedule_id" UUID NOT NULL,
    "due" TIMESTAMPTZ(3) NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "why" TEXT,
    "detail" TEXT,
    "catch_up" BOOLEAN NOT NULL DEFAULT false,
    "asked_by" TEXT,
    "baseline" TEXT NOT NULL DEFAULT 'no',
    "baseline_reason" TEXT,

    CONSTRAINT "schedule_firing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "retention_setting" (
    "kind" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "retention_setting_pkey" PRIMARY KEY ("kind")
);

-- CreateTable
CREATE TABLE "storage_sample" (
    "day" DATE NOT NULL,
    "kind" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "storage_sample_pkey" PRIMARY KEY ("day","kind")
);

-- CreateIndex
CREATE INDEX "run_ended_at_idx" ON "run"("ended_at");

-- CreateIndex
CREATE UNIQUE INDEX "schedule_name_key" ON "schedule"("name");

-- CreateIndex
CREATE INDEX "schedule_next_due_idx" ON "schedule"("next_due");

-- CreateIndex
CREATE UNIQUE INDEX "schedule_firing_schedule_id_due_key" ON "schedule_firing"("schedule_id", "due");

-- CreateIndex
CREATE INDEX "schedule_firing_state_start_at_idx" ON "schedule_firing"("state", "start_at");

-- CreateIndex
CREATE INDEX "schedule_firing_baseline_idx" ON "schedule_firing"("baseline");

-- AddForeignKey
ALTER TABLE "schedule_firing" ADD CONSTRAINT "schedule_firing_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

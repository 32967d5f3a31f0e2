-- How an investigation begins on its hosts, little by little, and why it was stopped.
ALTER TABLE "investigation" ADD COLUMN "rollout" JSONB, ADD COLUMN "halted" JSONB;

-- A run that the rollout has not let begin yet, and one whose probe is too much beside another of its kind.
ALTER TABLE "run" ADD COLUMN "held_back" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "heavy" BOOLEAN NOT NULL DEFAULT false;

-- One heavy capture at a time on a host, across all investigations.
CREATE UNIQUE INDEX "run_one_heavy_idx" ON "run"("host_id") WHERE "heavy" AND "state" IN ('leased', 'running');

-- CreateTable
CREATE TABLE "armed_capture" (
    "name" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "runs_as" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'armed',
    "ended_at" TIMESTAMPTZ(3),
    "worker" TEXT,
    "next_due" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "readings" INTEGER NOT NULL DEFAULT 0,
    "cpu_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "latest" JSONB,
    "caught" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "armed_capture_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "armed_capture_state_next_due_idx" ON "armed_capture"("state", "next_due");

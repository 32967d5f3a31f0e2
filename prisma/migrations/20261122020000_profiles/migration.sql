-- CreateTable
CREATE TABLE "profile" (
    "run_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "event" TEXT,
    "samples" INTEGER NOT NULL,
    "weight" DOUBLE PRECISION NOT NULL,
    "duration_ms" DOUBLE PRECISION,
    "body" BYTEA NOT NULL,

    CONSTRAINT "profile_pkey" PRIMARY KEY ("run_id","step")
);

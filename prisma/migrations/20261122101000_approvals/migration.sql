-- CreateTable
CREATE TABLE "approval" (
    "investigation_id" UUID NOT NULL,
    "needs" TEXT[],
    "requester" TEXT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "allowed_ms" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'awaiting',
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("investigation_id")
);

-- CreateIndex
CREATE INDEX "approval_state_expires_at_idx" ON "approval"("state", "expires_at");

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_investigation_id_fkey" FOREIGN KEY ("investigation_id") REFERENCES "investigation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

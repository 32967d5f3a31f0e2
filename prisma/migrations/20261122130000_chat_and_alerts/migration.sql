-- CreateTable
CREATE TABLE "webhook_subscription" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "events" TEXT[],
    "to" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "looked_to" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "subscription_id" UUID NOT NULL,
    "investigation_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbound_hook" (
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "role" TEXT NOT NULL,
    "scope" JSONB,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbound_hook_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "received_message" (
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "received_message_pkey" PRIMARY KEY ("source", "id")
);

-- CreateTable
CREATE TABLE "alert_rule" (
    "name" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_rule_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "alert_start" (
    "id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "investigation_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'starting',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_start_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "red_context" (
    "investigation_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "queries" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "why" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "observations" JSONB NOT NULL DEFAULT '[]',
    "findings" JSONB NOT NULL DEFAULT '[]',
    "reading" TEXT,

    CONSTRAINT "red_context_pkey" PRIMARY KEY ("investigation_id")
);

-- CreateTable
CREATE TABLE "chat_user" (
    "id" TEXT NOT NULL,
    "person" TEXT,
    "role" TEXT,
    "scope" JSONB,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chat_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_message" (
    "id" UUID NOT NULL,
    "investigation_id" UUID NOT NULL,
    "identity" JSONB NOT NULL,
    "channel" TEXT NOT NULL,
    "ts" TEXT,
    "response_url" BYTEA NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "said" TEXT NOT NULL DEFAULT '',
    "edits" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chat_message_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_subscription_name_key" ON "webhook_subscription"("name");

-- CreateIndex
CREATE INDEX "webhook_delivery_state_next_at_idx" ON "webhook_delivery"("state", "next_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_subscription_id_investigation_id_key" ON "webhook_delivery"("subscription_id", "investigation_id");

-- CreateIndex
CREATE INDEX "received_message_at_idx" ON "received_message"("at");

-- CreateIndex
CREATE INDEX "alert_start_rule_fingerprint_idx" ON "alert_start"("rule", "fingerprint");

-- CreateIndex
CREATE INDEX "alert_start_rule_target_at_idx" ON "alert_start"("rule", "target", "at");

-- CreateIndex
CREATE INDEX "alert_start_investigation_id_idx" ON "alert_start"("investigation_id");

-- CreateIndex
CREATE INDEX "red_context_state_idx" ON "red_context"("state");

-- CreateIndex
CREATE INDEX "chat_message_state_next_at_idx" ON "chat_message"("state", "next_at");

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "webhook_subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "investigation" ADD COLUMN "parent_id" UUID,
ADD COLUMN "escalation" JSONB;

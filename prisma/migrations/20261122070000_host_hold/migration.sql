-- AlterTable
ALTER TABLE "host" ADD COLUMN "hold" JSONB;

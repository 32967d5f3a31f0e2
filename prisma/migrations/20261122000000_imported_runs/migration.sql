-- AlterTable
ALTER TABLE "investigation" DROP COLUMN "concurrency";

-- AlterTable
ALTER TABLE "run" DROP COLUMN "not_before",
ADD COLUMN "imported" BOOLEAN NOT NULL DEFAULT false;

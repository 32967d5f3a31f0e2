ALTER TABLE "investigation" ADD COLUMN "despite_budget" BOOLEAN NOT NULL DEFAULT false;

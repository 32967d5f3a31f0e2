-- Sessions and login links belong to a token or a person from now on. Those there are say neither: people sign in again.
DELETE FROM "session";
DELETE FROM "login_code";

-- AlterTable
ALTER TABLE "api_token" ADD COLUMN "scope" JSONB;

-- AlterTable
ALTER TABLE "login_code" DROP COLUMN "name",
DROP COLUMN "role",
ADD COLUMN "token_id" UUID,
ADD COLUMN "person_id" UUID;

-- AlterTable
ALTER TABLE "session" DROP COLUMN "name",
DROP COLUMN "role",
ADD COLUMN "token_id" UUID,
ADD COLUMN "person_id" UUID;

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "role" TEXT NOT NULL,
    "scope" JSONB,
    "password_hash" TEXT,
    "issuer" TEXT,
    "subject" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sign_in_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "person_name_key" ON "person"("name");

-- CreateIndex
CREATE UNIQUE INDEX "person_issuer_subject_key" ON "person"("issuer", "subject");

-- AddForeignKey
ALTER TABLE "login_code" ADD CONSTRAINT "login_code_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "api_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "login_code" ADD CONSTRAINT "login_code_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "api_token"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

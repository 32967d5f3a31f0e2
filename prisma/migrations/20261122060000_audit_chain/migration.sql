-- AlterTable
ALTER TABLE "audit_entry" ADD COLUMN "seq" INTEGER,
ADD COLUMN "hash" BYTEA;

-- CreateTable
CREATE TABLE "audit_head" (
    "id" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_seq_key" ON "audit_entry"("seq");

INSERT INTO "audit_head" ("id", "seq", "hash") VALUES (1, 0, sha256('fleetscope audit'));

-- In the bodies below \073 is a semicolon: whatever applies this file splits it at each one, in strings, too.

-- What a hash covers besides the hash before it. An array of JSON has one way to be written, whatever a text holds.
CREATE FUNCTION audit_payload(entry audit_entry) RETURNS bytea LANGUAGE sql IMMUTABLE AS '
  SELECT convert_to(jsonb_build_array(
    entry.seq, entry.id, (extract(epoch FROM entry.at) * 1000)::bigint,
    entry.actor, entry.action, entry.subject, entry.result, entry.detail
  )::text, ''UTF8'')
';

-- The row of the head is locked until the transaction ends, so entries stand in the chain in the order in which they commit.
CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS E'
DECLARE
  before bytea\073
BEGIN
  UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash INTO NEW.seq, before\073
  NEW.hash := sha256(before || audit_payload(NEW))\073
  UPDATE audit_head SET hash = NEW.hash WHERE id = 1\073
  RETURN NEW\073
END
';

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
  RAISE EXCEPTION ''the audit log is append-only''\073
END
';

-- What was written before joins the chain in the order of its numbers.
DO E'
DECLARE
  entry audit_entry\073
  before bytea := sha256(''fleetscope audit'')\073
  place integer := 0\073
BEGIN
  FOR entry IN SELECT * FROM audit_entry ORDER BY id LOOP
    place := place + 1\073
    entry.seq := place\073
    before := sha256(before || audit_payload(entry))\073
    UPDATE audit_entry SET seq = place, hash = before WHERE id = entry.id\073
  END LOOP\073
  UPDATE audit_head SET seq = place, hash = before WHERE id = 1\073
END
';

CREATE TRIGGER audit_entry_seal BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_seal();
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

-- A runbook of the installation's own goes to an agent with its text and its author's signature.
ALTER TABLE agent_lease ADD COLUMN signed JSONB;

-- Thresholds as data, baselines, versions of an analysis, notes and fingerprints of investigations.
CREATE TABLE threshold_change (
  version INTEGER NOT NULL,
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  rule TEXT NOT NULL,
  "values" JSONB NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  changed_by TEXT NOT NULL,
  changed_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT threshold_change_pkey PRIMARY KEY (version)
);
CREATE INDEX threshold_change_scope_name_rule_version_idx ON threshold_change (scope, name, rule, version DESC);

CREATE TABLE baseline_mark (
  investigation_id UUID NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  marked_by TEXT NOT NULL,
  marked_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT baseline_mark_pkey PRIMARY KEY (investigation_id)
);

CREATE TABLE baseline_sample (
  investigation_id UUID NOT NULL,
  host_class TEXT NOT NULL,
  metric TEXT NOT NULL,
  runbook TEXT NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL,
  host TEXT[],
  value DOUBLE PRECISION[],
  CONSTRAINT baseline_sample_pkey PRIMARY KEY (investigation_id, host_class, metric)
);
CREATE INDEX baseline_sample_host_class_runbook_at_idx ON baseline_sample (host_class, runbook, at);

CREATE TABLE analysis_version (
  investigation_id UUID NOT NULL,
  version INTEGER NOT NULL,
  rules_version INTEGER NOT NULL,
  thresholds_version INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  made_at TIMESTAMPTZ(3) NOT NULL,
  verdict JSONB,
  changes JSONB NOT NULL DEFAULT '{}',
  CONSTRAINT analysis_version_pkey PRIMARY KEY (investigation_id, version)
);

CREATE TABLE run_analysis (
  run_id UUID NOT NULL,
  version INTEGER NOT NULL,
  analysis JSONB,
  headline JSONB,
  oddness DOUBLE PRECISION,
  CONSTRAINT run_analysis_pkey PRIMARY KEY (run_id, version)
);

ALTER TABLE run ADD COLUMN clock JSONB;

CREATE TABLE investigation_note (
  id UUID NOT NULL,
  investigation_id UUID NOT NULL,
  text TEXT NOT NULL,
  author TEXT NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT investigation_note_pkey PRIMARY KEY (id)
);
CREATE INDEX investigation_note_investigation_id_at_idx ON investigation_note (investigation_id, at);

CREATE TABLE fingerprint (
  investigation_id UUID NOT NULL,
  runbook TEXT NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL,
  features JSONB NOT NULL,
  CONSTRAINT fingerprint_pkey PRIMARY KEY (investigation_id)
);
CREATE INDEX fingerprint_runbook_at_idx ON fingerprint (runbook, at DESC);

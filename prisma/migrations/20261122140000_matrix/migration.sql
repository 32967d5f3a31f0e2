-- What the matrix draws of an analysis, a twentieth of it: lines of the USE table as [resource, aspect, state, what is said,
-- metric, value], findings as [severity, rule, label]. Kept by the store, so that whoever writes an analysis has written it.
CREATE FUNCTION matrix_of(analysis jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
  SELECT CASE WHEN jsonb_typeof(analysis->''use'') = ''array'' THEN jsonb_build_object(
    ''use'', (SELECT coalesce(jsonb_agg(jsonb_build_array(line->''resource'', line->''aspect'', line->''state'',
      coalesce(line->>''label'', line->>''reason''), line->''metric'', line->''value'')), ''[]''::jsonb)
      FROM jsonb_array_elements(analysis->''use'') AS line),
    ''findings'', (SELECT coalesce(jsonb_agg(jsonb_build_array(one->''severity'', one->''rule'', one->''label'')), ''[]''::jsonb)
      FROM jsonb_array_elements(analysis->''findings'') AS one)
  ) END
';

ALTER TABLE "run" ADD COLUMN "matrix" JSONB GENERATED ALWAYS AS (matrix_of("analysis")) STORED;

-- What is read of thousands of runs at once, kept by the store beside the analysis, which is twenty times as long: whoever writes an
-- analysis, or steps, has written these.

-- What the matrix draws, one entry a line, its fields between tabs: "u resource aspect state what-is-said" for a line of the USE
-- table, "f severity rule label" for a finding, "s step state" for a step.
CREATE FUNCTION matrix_of(analysis jsonb, steps jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
  SELECT string_agg(entry, chr(10) ORDER BY part, place) FROM (
    SELECT 1 AS part, place, ''u'' || chr(9) || (line->>''resource'') || chr(9) || (line->>''aspect'') || chr(9) || (line->>''state'') || chr(9)
      || translate(coalesce(line->>''label'', line->>''reason'', ''''), chr(9) || chr(10), ''  '') AS entry
      FROM jsonb_array_elements(CASE jsonb_typeof(analysis->''use'') WHEN ''array'' THEN analysis->''use'' END) WITH ORDINALITY AS used(line, place)
    UNION ALL
    SELECT 2, place, ''f'' || chr(9) || (one->>''severity'') || chr(9) || (one->>''rule'') || chr(9) || translate(one->>''label'', chr(9) || chr(10), ''  '')
      FROM jsonb_array_elements(CASE jsonb_typeof(analysis->''findings'') WHEN ''array'' THEN analysis->''findings'' END) WITH ORDINALITY AS found(one, place)
    UNION ALL
    SELECT 3, place, ''s'' || chr(9) || (step->>''step'') || chr(9) || (step->>''state'')
      FROM jsonb_array_elements(CASE jsonb_typeof(steps) WHEN ''array'' THEN steps END) WITH ORDINALITY AS done(step, place)
  ) AS entries
';

-- The numbers of the USE table by metric: what the peers of a cell are drawn by.
CREATE FUNCTION numbers_of(analysis jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
  SELECT jsonb_object_agg(line->>''metric'', line->''value'')
    FROM jsonb_array_elements(CASE jsonb_typeof(analysis->''use'') WHEN ''array'' THEN analysis->''use'' END) AS line
    WHERE jsonb_typeof(line->''metric'') = ''string'' AND jsonb_typeof(line->''value'') = ''number''
';

ALTER TABLE "run" ADD COLUMN "matrix" TEXT GENERATED ALWAYS AS (matrix_of("analysis", "steps")) STORED,
  ADD COLUMN "numbers" JSONB GENERATED ALWAYS AS (numbers_of("analysis")) STORED;

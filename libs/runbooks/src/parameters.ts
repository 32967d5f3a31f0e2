import { parseDuration, type Parameter, type ParameterValues, type Runbook, TEXT_FORMS } from '@fleetscope/contracts';

export interface ParameterProblem {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** Parameters that a runbook can't take; one problem per field. */
export class ParameterError extends Error {
  constructor(readonly problems: readonly ParameterProblem[]) {
    super(problems.map((problem) => `${problem.path}: expected ${problem.expected}, got ${problem.got}`).join('\n'));
    this.name = 'ParameterError';
  }
}

const show = (value: unknown): string => {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

type Checked = { value: number | string | null } | { expected: string };

const checkDuration = (parameter: Parameter & { type: 'duration' }, given: unknown): Checked => {
  const expected = `a duration from ${parameter.min} to ${parameter.max}, such as ${parameter.default}`;
  const value = typeof given === 'string' ? parseDuration(given) : null;
  const min = parseDuration(parameter.min) ?? 0;
  const max = parseDuration(parameter.max) ?? 0;
  return value === null || value < min || value > max ? { expected } : { value };
};

const checkInteger = (parameter: Parameter & { type: 'integer' }, given: unknown): Checked => {
  const expected = `a whole number from ${parameter.min} to ${parameter.max}`;
  // Values come from a command line and from forms too, where a number is text.
  const value = typeof given === 'string' && /^-?[0-9]{1,15}$/.test(given) ? Number(given) : given;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return { expected };
  return value < parameter.min || value > parameter.max ? { expected } : { value };
};

const check = (parameter: Parameter, given: unknown): Checked => {
  switch (parameter.type) {
    case 'duration':
      return checkDuration(parameter, given ?? parameter.default);
    case 'integer':
      if (given == null && parameter.default === null && parameter.required === true)
        return { expected: `a whole number from ${parameter.min} to ${parameter.max}: this runbook needs it` };
      return given == null ? { value: parameter.default } : checkInteger(parameter, given);
    case 'choice':
      if (given == null) return { value: parameter.default };
      return typeof given === 'string' && parameter.values.includes(given)
        ? { value: given }
        : { expected: `one of ${parameter.values.join(', ')}` };
    case 'text': {
      const form = TEXT_FORMS[parameter.form];
      if (given == null || given === '')
        return parameter.required === true
          ? { expected: `${form?.expected ?? 'a text'}: this runbook needs it` }
          : { value: null };
      if (typeof given === 'string' && form?.pattern.test(given) && !given.split('/').includes('..'))
        return { value: given };
      return { expected: form?.expected ?? 'a text' };
    }
  }
};

/**
 * Typed values of a runbook's parameters: durations in milliseconds, defaults filled in, absent optional ones null.
 * @throws ParameterError with one problem per wrong or unknown field
 */
export const resolveParameters = (runbook: Runbook, given: Readonly<Record<string, unknown>> = {}): ParameterValues => {
  const problems: ParameterProblem[] = [];
  const values: ParameterValues = {};
  const known = Object.keys(runbook.parameters);
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      problems.push({
        path: name,
        expected: known.length > 0 ? `one of the parameters ${known.join(', ')}` : 'no parameters',
        got: 'an unknown parameter',
      });
  }
  for (const [name, parameter] of Object.entries(runbook.parameters)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    const checked = check(parameter, raw);
    if ('expected' in checked) problems.push({ path: name, expected: checked.expected, got: show(raw) });
    else values[name] = checked.value;
  }
  if (problems.length > 0) throw new ParameterError(problems);
  return values;
};

/** Resolved values as a person would write them, so that another machine can resolve them for itself. */
export const writtenParameters = (runbook: Runbook, values: ParameterValues): Record<string, string | number> => {
  const duration = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);
  const written: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === null) continue;
    written[name] =
      typeof value === 'number' && runbook.parameters[name]?.type === 'duration' ? duration(value) : value;
  }
  return written;
};

/** The parameter that is the runbook's window of observation, if it has one. */
export const windowParameter = (runbook: Runbook): string | null =>
  ['window', 'duration'].find((name) => runbook.parameters[name]?.type === 'duration') ?? null;

/** Whole seconds of the window, at least one; 0 when the runbook has no window. */
export const windowSeconds = (runbook: Runbook, values: ParameterValues): number => {
  const name = windowParameter(runbook);
  const value = name === null ? null : values[name];
  return typeof value === 'number' ? Math.max(1, Math.ceil(value / 1000)) : 0;
};

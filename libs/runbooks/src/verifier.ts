import { type Alternative, parseDuration, type Runbook } from '@fleetscope/contracts';
import { parseNeed, TOOL_PATTERN } from './needs';
import { windowParameter } from './parameters';
import { knownPlaceholders, placeholdersIn } from './placeholders';
import { SAFE_PATH } from './probe-compiler';

/** What the schema can't say about a runbook. `path` leads into the document. */
export interface LintProblem {
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly got: string;
}

export interface LintContext {
  /** Parser ids that exist; without it parser ids aren't checked. */
  readonly parsers?: ReadonlySet<string>;
  /** Names of the program files beside the runbook. */
  readonly programs: ReadonlySet<string>;
}

const WAYS = ['run', 'pipe', 'read', 'sample', 'program'] as const;
/** No runbook may hold a host longer than this. */
const MAX_DURATION_MS = 3_600_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Packed output passes the masks (masks.ts) unread, so it must not hold arguments of processes: names of functions and
 * commands, addresses and counters only.
 */
const PACKED_PARSERS: ReadonlySet<string> = new Set([
  'async-profiler-collapsed',
  'bcc-offcputime-folded',
  'bpftrace-stacks',
  'perf-script-profile',
  'sar',
]);

type Report = (path: readonly (string | number)[], expected: string, got: string) => void;

/** Everything that is wrong in a runbook that already has the schema's shape. */
export const lintRunbook = (runbook: Runbook, context: LintContext): LintProblem[] => {
  const problems: LintProblem[] = [];
  const report: Report = (path, expected, got) => problems.push({ path, expected, got });
  lintParameters(runbook, report);
  if (runbook.steps.length === 0 && runbook.include.length === 0) report(['steps'], 'at least one step', 'none');
  const seen = new Set<string>();
  runbook.steps.forEach((step, index) => {
    const at = ['steps', index] as const;
    if (seen.has(step.id)) report([...at, 'id'], 'a step id that is used once', `${step.id} again`);
    seen.add(step.id);
    if (step.when === 'window' && windowParameter(runbook) === null)
      report(
        [...at, 'when'],
        'a duration parameter `window` or `duration` in the runbook',
        '`when: window` without one',
      );
    if (step.maxBytes > MAX_OUTPUT_BYTES)
      report([...at, 'maxBytes'], `at most ${MAX_OUTPUT_BYTES}`, String(step.maxBytes));
    lintDuration(step.deadline, [...at, 'deadline'], report);
    const ids = new Set<string>();
    step.prefer.forEach((alternative, choice) => {
      const path = [...at, 'prefer', choice] as const;
      if (ids.has(alternative.id))
        report([...path, 'id'], 'an alternative id that is used once', `${alternative.id} again`);
      ids.add(alternative.id);
      lintAlternative(runbook, alternative, path, context, report);
      if (alternative.sample !== undefined && step.when !== 'window')
        report([...path, 'sample'], '`when: window` in its step', `\`when: ${step.when}\``);
    });
  });
  return problems;
};

const lintDuration = (text: string, path: readonly (string | number)[], report: Report): void => {
  const value = parseDuration(text);
  if (value === null || value <= 0 || value > MAX_DURATION_MS) report(path, 'a duration from 1ms to 1h', text);
};

const lintParameters = (runbook: Runbook, report: Report): void => {
  for (const [name, parameter] of Object.entries(runbook.parameters)) {
    const path = ['parameters', name];
    if (parameter.type === 'duration') {
      for (const field of ['min', 'default', 'max'] as const) lintDuration(parameter[field], [...path, field], report);
      const [min, value, max] = [parameter.min, parameter.default, parameter.max].map(
        (text) => parseDuration(text) ?? 0,
      );
      if ((min ?? 0) > (value ?? 0) || (value ?? 0) > (max ?? 0))
        report([...path, 'default'], `from ${parameter.min} to ${parameter.max}`, parameter.default);
    }
    if (parameter.type === 'integer') {
      const value = parameter.default;
      if (parameter.min > parameter.max) report([...path, 'min'], `at most ${parameter.max}`, String(parameter.min));
      else if (value !== null && (value < parameter.min || value > parameter.max))
        report([...path, 'default'], `from ${parameter.min} to ${parameter.max}`, String(value));
    }
    if (parameter.type === 'choice' && parameter.default !== null && !parameter.values.includes(parameter.default))
      report([...path, 'default'], `one of ${parameter.values.join(', ')}`, parameter.default);
    // `{pid}` as the first letter of an option would let a negative number or a word become one.
    if (parameter.type === 'choice') {
      parameter.values.forEach((value, index) => {
        if (value.startsWith('-')) report([...path, 'values', index], 'a word that does not begin with a dash', value);
      });
    }
  }
};

const lintAlternative = (
  runbook: Runbook,
  alternative: Alternative,
  path: readonly (string | number)[],
  context: LintContext,
  report: Report,
): void => {
  const ways = WAYS.filter((way) => alternative[way] !== undefined);
  if (ways.length !== 1)
    report(
      path,
      'exactly one of run, pipe, read, sample, program',
      ways.length === 0 ? 'none of them' : ways.join(' and '),
    );
  alternative.needs.forEach((need, index) => {
    if (parseNeed(need) === null)
      report(
        [...path, 'needs', index],
        "a tool's name, root, btf, kernel-headers, file:/path or tracepoint:category/name",
        need,
      );
  });
  if (context.parsers !== undefined && alternative.parser !== 'none' && !context.parsers.has(alternative.parser))
    report([...path, 'parser'], `one of ${[...context.parsers].sort().join(', ')}`, alternative.parser);
  if (alternative.run !== undefined) lintRun(runbook, alternative.run, [...path, 'run'], report);
  alternative.pipe?.forEach((argv, index) => lintRun(runbook, argv, [...path, 'pipe', index], report));
  for (const way of ['read', 'sample'] as const) {
    alternative[way]?.forEach((file, index) => {
      if (!SAFE_PATH.test(file) || file.split('/').includes('..'))
        report(
          [...path, way, index],
          'an absolute path of letters, digits, . _ - @ : + and the patterns * and [0-9]',
          file,
        );
    });
  }
  if (alternative.sample !== undefined && alternative.every === undefined)
    report([...path, 'every'], '1s or ends, beside sample', 'nothing');
  if (alternative.sample === undefined && alternative.every !== undefined)
    report([...path, 'every'], 'sample beside it', alternative.every);
  if ((alternative.read ?? alternative.sample) !== undefined && alternative.compressed !== undefined)
    report([...path, 'compressed'], 'run, pipe or program beside it', String(alternative.compressed));
  if (alternative.compressed === true && !PACKED_PARSERS.has(alternative.parser))
    report(
      [...path, 'compressed'],
      `one of the parsers ${[...PACKED_PARSERS].join(', ')} beside it: secrets in packed output can't be masked`,
      alternative.parser,
    );
  for (const field of ['ifGiven', 'unlessGiven'] as const)
    alternative[field]?.forEach((name, index) => {
      if (!Object.hasOwn(runbook.parameters, name))
        report([...path, field, index], 'a parameter of this runbook', name);
    });
  if (alternative.run === undefined)
    for (const field of ['firstLines', 'lastLines', 'binary', 'endless'] as const)
      if (alternative[field] !== undefined) report([...path, field], 'run beside it', String(alternative[field]));
  if (alternative.endless === true && windowParameter(runbook) === null)
    report([...path, 'endless'], 'a duration parameter `window` or `duration` in the runbook', 'none');
  if (alternative.program !== undefined && !context.programs.has(alternative.program))
    report([...path, 'program'], 'a file beside the runbook', `${alternative.program}, which is not there`);
};

const lintRun = (
  runbook: Runbook,
  argv: readonly string[],
  path: readonly (string | number)[],
  report: Report,
): void => {
  const known = knownPlaceholders(runbook);
  argv.forEach((word, index) => {
    if (index === 0 && !TOOL_PATTERN.test(word))
      report([...path, 0], 'the bare name of a tool (its path is found on the host)', word);
    if (word.includes('\0')) report([...path, index], 'text without NUL bytes', 'a NUL byte');
    for (const name of placeholdersIn(word)) {
      if (!known.has(name))
        report([...path, index], `a placeholder of ${[...known].sort().join(', ') || '(none)'}`, `{${name}}`);
    }
  });
};

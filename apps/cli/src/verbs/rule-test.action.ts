import { analyseHost, validateThresholds, type HostEvidence, type StepEvidence } from '@fleetscope/analysis';
import { EXIT, observationSchema, type HostAnalysis, type Observation } from '@fleetscope/contracts';
import { createParser, detect, ParseError, parserNamed } from '@fleetscope/parsers';
import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error';
import { bold, cyan, dim, note, print, printJson, red, safe, yellow } from '../output';
import { type TestOptions } from './rule.verbs';

const read = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} can't be read: ${(error as Error).message}`);
  }
};

const observationsOf = (given: unknown, where: string): Observation[] => {
  const parsed = observationSchema.array().safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError(
    `${where}.${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not an observation'}`,
    EXIT.notThisTool,
  );
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** JSON of ours: a run's observations (a list of steps), what `parse --json` printed, or bare observations. */
const stepsOfJson = (given: unknown): StepEvidence[] => {
  const step = (name: string, observations: Observation[]): StepEvidence => ({
    step: name,
    state: 'ok',
    reason: null,
    observations,
  });
  if (isObject(given) && 'investigation' in given && 'coverage' in given)
    throw new CliError(
      'a report holds findings and no observations, so there is nothing to judge again',
      EXIT.notThisTool,
      'save the observations of a run: GET /api/v1/runs/ID/observations',
    );
  if (isObject(given) && 'observations' in given)
    return [
      step(
        typeof given['tool'] === 'string' ? given['tool'] : 'file',
        observationsOf(given['observations'], 'observations'),
      ),
    ];
  if (Array.isArray(given) && given.every((one) => isObject(one) && 'observations' in one))
    return given.map((one: Record<string, unknown>, i) =>
      step(String(one['step'] ?? `step-${i + 1}`), observationsOf(one['observations'], `${i}.observations`)),
    );
  if (Array.isArray(given)) return [step('file', observationsOf(given, 'observations'))];
  throw new CliError('the JSON holds no observations', EXIT.notThisTool, '`rules test --help` says what can be read');
};

const stepsOfText = (text: string, tool: string | undefined): StepEvidence[] => {
  const id = tool === undefined ? detect(text) : parserNamed(tool);
  if (id === null)
    throw new CliError(
      tool === undefined ? 'which tool printed this is not to be told' : `there is no parser ${tool}`,
      tool === undefined ? EXIT.notThisTool : EXIT.usage,
      'name it with --tool; `parse --list` shows them',
    );
  const parser = createParser(id, { collectedAt: Date.now(), command: tool !== id ? tool : undefined });
  try {
    parser.push(Buffer.from(text));
    const { observations, issues } = parser.end();
    for (const { line, reason } of issues) note(`${line === null ? '' : `line ${line}: `}${safe(reason)}`);
    return [{ step: id, state: 'ok', reason: null, observations }];
  } catch (error) {
    if (error instanceof ParseError) throw new CliError(error.message, EXIT.notThisTool);
    throw error;
  }
};

const stepsOf = (text: string, tool: string | undefined): StepEvidence[] => {
  if (!/^\s*[[{]/.test(text) || tool !== undefined) return stepsOfText(text, tool);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return stepsOfText(text, tool);
  }
  return stepsOfJson(given);
};

/** As many seconds as the longest series has samples: the samplers print one a second unless told otherwise. */
const windowOf = (steps: readonly StepEvidence[]): number =>
  Math.max(
    1,
    ...steps.flatMap(({ observations }) => observations.map((o) => (o.kind === 'series' ? o.values.length : 0))),
  );

const overridesOf = (set: Record<string, number | null> = {}): Record<string, Record<string, number>> => {
  const overrides: Record<string, Record<string, number>> = {};
  for (const [path, value] of Object.entries(set)) {
    const [rule = '', name] = path.split('.');
    if (name === undefined || value === null)
      throw new CliError(`--set ${path}: expected rule.threshold=number, such as disk-await.warn=30`);
    overrides[rule] = { ...overrides[rule], [name]: value };
  }
  const [problem] = validateThresholds(overrides);
  if (problem !== undefined) throw new CliError(`--set ${problem}`);
  return overrides;
};

const MARKS = { crit: red('✖ crit'), warn: yellow('▲ warn'), info: cyan('· info') };

const render = ({ outcomes }: HostAnalysis): string => {
  const out: string[] = [];
  for (const outcome of outcomes) {
    if (outcome.outcome !== 'finding') continue;
    const cited = outcome.evidence.map(({ step, lines }) => `${step}:${lines.slice(0, 5).join(',')}`).join(' ');
    out.push(`${MARKS[outcome.severity]}  ${bold(outcome.rule)}  ${safe(outcome.text)} ${dim(`[${cited}]`)}`);
  }
  const ok = outcomes.filter(({ outcome }) => outcome === 'ok');
  for (const outcome of ok)
    if (outcome.outcome === 'ok')
      out.push(
        `${dim('·')} ok    ${outcome.rule}${outcome.instance === null ? '' : ` ${safe(outcome.instance)}`}  ${dim(safe(outcome.label ?? ''))}`,
      );
  const unknown = new Set(outcomes.filter(({ outcome }) => outcome === 'unknown').map(({ rule }) => rule));
  if (unknown.size > 0) out.push(dim(`? ${unknown.size} rules found nothing to judge in this text`));
  return out.join('\n');
};

/** `rules test FILE`: what the rules say of saved output; exit status 1 when they found something. */
export const test = async (file: string, options: TestOptions): Promise<void> => {
  const steps = stepsOf(read(file), options.tool);
  const evidence: HostEvidence = {
    host: 'file',
    windowSeconds: options.window ?? windowOf(steps),
    facts: options.cpus === undefined ? {} : { cpus: String(options.cpus) },
    steps,
    collectedAt: Date.now(),
  };
  const analysis = analyseHost(evidence, { thresholds: overridesOf(options.set) });
  if (options.json) printJson(analysis);
  else print(render(analysis));
  const serious = analysis.findings.some(({ severity }) => severity !== 'info');
  process.exitCode = serious ? EXIT.foundWanting : EXIT.done;
};

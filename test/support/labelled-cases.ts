import { analyseHost, RULES, type HostEvidence, type StepEvidence } from '@fleetscope/analysis';
import { type RuleOutcome } from '@fleetscope/contracts';
import { createParser, parserNamed } from '@fleetscope/parsers';
import { compileProbe, findRunbook, loadCatalogue, resolveParameters, type Catalogue } from '@fleetscope/runbooks';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { RunRecorder } from '../../apps/api/src/execution/run-recorder';
import { REASONS } from './labelled-reasons';

interface Found {
  readonly rule: string;
  /** Any instance, unless told. */
  readonly instance?: string;
}

/** `label.yaml` of a case: what was recorded, and what is true of the host. */
interface Label {
  readonly title: string;
  /** How the fault was planted, or where the recording comes from. */
  readonly how: string;
  /** Date, kernel, tools. */
  readonly recorded: string;
  readonly runbook?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** A probe's frames, gzipped; or else texts of tools. */
  readonly frames?: string;
  readonly steps?: readonly { readonly step: string; readonly tool: string; readonly file: string }[];
  readonly facts?: Readonly<Record<string, string>>;
  /** When the texts were recorded; log lines are judged by it. */
  readonly collectedAt?: string;
  /** What must be found, at least as a warning. Every rule that is not named must not find anything. */
  readonly finds: readonly Found[];
  /** Rules of which nobody knows whether they should find something, with the reason: they count nowhere. */
  readonly open?: Readonly<Record<string, string>>;
}

export interface LabelledCase {
  readonly name: string;
  readonly label: Label;
  readonly outcomes: readonly RuleOutcome[];
}

const IGNORE = { onStarted: () => undefined, onStep: () => undefined, onBytes: () => undefined };

/** As an import does it: the recorder reads the frames, and is told that no time passes. */
const fromFrames = (dir: string, { runbook = 'triage-60s', parameters, frames }: Label, catalogue: Catalogue) => {
  const book = findRunbook(catalogue, runbook);
  if (!book || !frames) throw new Error(`${dir}: no runbook ${runbook}`);
  const bounds = new Map(book.steps.map((step) => [step.id, step.maxBytes]));
  const probe = compileProbe(book, resolveParameters(book, parameters ?? {}));
  const recorder = new RunRecorder('web-1', probe, bounds, IGNORE, () => 0);
  recorder.push(gunzipSync(readFileSync(join(dir, frames))));
  return recorder.finish(null).hostEvidence;
};

const fromTexts = (dir: string, { steps = [], facts = {}, collectedAt }: Label): HostEvidence => {
  const at = collectedAt === undefined ? 0 : Date.parse(collectedAt);
  const read = steps.map(({ step, tool, file }): StepEvidence => {
    const id = parserNamed(tool);
    if (id === null) throw new Error(`${dir}: no parser of ${tool}`);
    const parser = createParser(id, { collectedAt: at, command: tool });
    parser.push(readFileSync(join(dir, file)));
    return { step, state: 'ok', reason: null, observations: parser.end().observations };
  });
  const samples = read.flatMap(({ observations }) =>
    observations.map((o) => (o.kind === 'series' ? o.values.length : 1)),
  );
  return { host: 'web-1', windowSeconds: Math.max(1, ...samples), facts, steps: read, collectedAt: at };
};

/** Every case of a folder, judged by the rules as they stand. */
export const judgedCases = (root: string): LabelledCase[] => {
  const catalogue = loadCatalogue(join(root, 'libs', 'runbooks', 'catalog'));
  const folder = join(root, 'libs', 'analysis', 'cases');
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const dir = join(folder, name);
      const label = parse(readFileSync(join(dir, 'label.yaml'), 'utf8')) as Label;
      const evidence = label.frames === undefined ? fromTexts(dir, label) : fromFrames(dir, label, catalogue);
      return { name, label, outcomes: analyseHost(evidence).outcomes };
    });
};

export interface Miss {
  readonly name: string;
  readonly rule: string;
  readonly kind: 'missed' | 'false alarm';
  readonly said: string;
}

export interface Score {
  readonly rule: string;
  /** Cases whose host has it, and cases that were judged and have it not. */
  readonly positive: number;
  readonly negative: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly misses: readonly Miss[];
}

const isAlarm = (outcome: RuleOutcome): boolean => outcome.outcome === 'finding' && outcome.severity !== 'info';

const words = (outcomes: readonly RuleOutcome[]): string =>
  outcomes.map((o) => (o.outcome === 'unknown' ? o.reason : `${o.outcome} ${o.label ?? ''}`)).join('; ') || 'nothing';

/** What one case says of one rule; null where it says nothing: nobody knows, or the rule had nothing to judge. */
const compare = ({ name, label, outcomes }: LabelledCase, rule: string) => {
  if (label.open && Object.hasOwn(label.open, rule)) return null;
  const own = outcomes.filter((outcome) => outcome.rule === rule);
  const wanted = label.finds.filter((found) => found.rule === rule);
  const alarms = own.filter(isAlarm);
  const meets = ({ instance }: Found, outcome: RuleOutcome): boolean =>
    instance === undefined || outcome.instance === instance;
  const missed = wanted.filter((one) => !alarms.some((alarm) => meets(one, alarm)));
  const wrong = alarms.filter((alarm) => !wanted.some((one) => meets(one, alarm)));
  const judged = own.some(({ outcome }) => outcome !== 'unknown');
  if (wanted.length === 0 && !judged) return null;
  const misses: Miss[] = [
    ...missed.map((): Miss => ({ name, rule, kind: 'missed', said: words(own) })),
    ...wrong.map((alarm): Miss => ({ name, rule, kind: 'false alarm', said: words([alarm]) })),
  ];
  return {
    positive: wanted.length > 0,
    found: wanted.length > 0 && missed.length === 0,
    alarmed: wrong.length > 0,
    misses,
  };
};

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

export const scoresOf = (cases: readonly LabelledCase[]): Score[] =>
  RULES.map(({ id: rule }) => {
    const told = cases.map((one) => compare(one, rule)).filter((one) => one !== null);
    const positive = told.filter((one) => one.positive).length;
    const found = told.filter((one) => one.found).length;
    const alarmed = told.filter((one) => one.alarmed).length;
    return {
      rule,
      positive,
      negative: told.length - positive,
      precision: ratio(found, found + alarmed),
      recall: ratio(found, positive),
      misses: told.flatMap((one) => one.misses),
    };
  });

const LEAST = 0.9;

/** Whether a score needs a written reason: it is low, or nothing was there to find. */
export const needsReason = ({ positive, precision, recall }: Score): boolean =>
  positive === 0 || (precision ?? 0) < LEAST || (recall ?? 0) < LEAST;

const shown = (share: number | null): string => (share === null ? '–' : share.toFixed(2));

/** A table as the formatter leaves it: columns as wide as their widest cell. */
const table = (rows: readonly (readonly string[])[]): string => {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.slice(1).map(line)].join(
    '\n',
  );
};

/** docs/analysis-scores.md. */
export const scoresPage = (cases: readonly LabelledCase[]): string => {
  const scores = scoresOf(cases);
  const healthy = cases.filter(({ label }) => label.finds.length === 0).length;
  const row = (score: Score): string[] => [
    score.rule,
    String(score.positive),
    String(score.negative),
    shown(score.precision),
    shown(score.recall),
    needsReason(score) ? (REASONS[score.rule] ?? '') : '',
  ];
  const measured = scores.filter(({ positive }) => positive > 0);
  return `# How well the rules judge

Generated by \`node libs/analysis/tools/score.mjs\` from ${cases.length} recorded cases (\`libs/analysis/cases\`), ${healthy} of them healthy. Each
is the output of real tools: of a fault that \`libs/analysis/tools/record.mjs\` planted, or of recordings among the parsers'
fixtures. Its \`label.yaml\` says how, and what is true of the host.

A case counts for a rule as _with_ when the rule has to find something in it, at least as a warning and at the right instance;
as _without_ when the rule judged it and has to find nothing. Precision is the share of right ones among the cases with a finding,
recall the share of found ones among the cases with the fault; a case that a rule calls unknown is not found. Of what nobody knows
(other work on the machine while it was recorded) a case says so, and it counts nowhere.

${measured.length} of ${scores.length} rules have a case that they have to find. Few cases are little evidence: a precision of 1 over three cases is no promise.

${table([['rule', 'with', 'without', 'precision', 'recall', 'reason'], ...scores.map(row)])}
`;
};

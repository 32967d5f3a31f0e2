import { ruleOf } from '@fleetscope/analysis';
import {
  type Aspect,
  type CellReason,
  type CellWhy,
  type EvidenceRef,
  type Observation,
  type Resource,
  type RuleOutcome,
  type RunDetail,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { EvidenceService } from '../../evidence';
import { InvestigationReader } from '../../investigations';
import { ObservationsService } from '../../observations';
import { notFound } from '../../platform';
import { evidenceTexts } from './evidence-texts';

const MAX_LINES = 20;
/** Bytes of a line as it is shown; the whole is in the evidence. */
const MAX_LINE = 500;

type Run = Omit<RunDetail, 'evidence' | 'parseIssues'>;
type Steps = readonly { step: string; observations: Observation[] }[];

/** What a cell stands on: every rule that judged it, its samples, and the very lines with the command that printed them. */
@Injectable()
export class WhyService {
  constructor(
    private readonly investigations: InvestigationReader,
    private readonly observations: ObservationsService,
    private readonly evidence: EvidenceService,
  ) {}

  /** @throws 404 when the run has no such cell. */
  async why(runId: string, resource: Resource, aspect: Aspect): Promise<CellWhy> {
    const run = await this.investigations.run(runId);
    const cell = run.use.find((one) => one.resource === resource && one.aspect === aspect);
    if (!cell)
      throw notFound(
        `cell ${resource} ${aspect} in run ${runId}`,
        run.use.length === 0
          ? `the run ${run.state}, and nothing of it was judged`
          : `there are: ${run.use.map((one) => `${one.resource}.${one.aspect}`).join(', ')}`,
      );
    const outcomes = (run.analysis?.outcomes ?? []).filter(
      (outcome) => outcome.resource === resource && outcome.aspect === aspect,
    );
    const steps = await this.observations.of(runId);
    const textOf = evidenceTexts(this.evidence, runId);
    const reasons = await Promise.all(outcomes.map((outcome) => this.reason(outcome, run, steps, textOf)));
    const rank = { finding: 0, ok: 1, unknown: 2 } as const;
    return { run: runId, host: run.host, cell, reasons: reasons.sort((a, b) => rank[a.outcome] - rank[b.outcome]) };
  }

  private async reason(
    outcome: RuleOutcome,
    run: Run,
    steps: Steps,
    textOf: (step: string) => Promise<string | null>,
  ): Promise<CellReason> {
    const rule = ruleOf(outcome.rule);
    const known = outcome.outcome === 'unknown' ? null : outcome;
    const finding = outcome.outcome === 'finding' ? outcome : null;
    const cited = known?.evidence ?? [];
    return {
      rule: outcome.rule,
      ruleTitle: rule?.title ?? outcome.rule,
      why: rule?.why ?? '',
      outcome: outcome.outcome,
      severity: finding?.severity ?? null,
      instance: outcome.instance,
      metric: outcome.metric,
      value: known?.value ?? null,
      unit: known?.unit ?? null,
      threshold: known?.threshold ?? null,
      thresholdsVersion: run.analysis?.thresholdsVersion ?? null,
      text: finding?.text ?? (outcome.outcome === 'unknown' ? outcome.reason : (known?.label ?? '')),
      next: finding?.next ?? null,
      samples: samplesOf(outcome, cited, steps, run.clock?.offsetMs ?? 0),
      evidence: await Promise.all(cited.map((ref) => cite(ref, run, textOf))),
    };
  }
}

/** Of the step that the outcome cites, else of the first that has them; moments are put on our clock. */
const samplesOf = (
  { metric, instance }: RuleOutcome,
  cited: readonly EvidenceRef[],
  steps: Steps,
  clockOffsetMs: number,
): CellReason['samples'] => {
  const found = steps.flatMap(({ step, observations }) =>
    observations.flatMap((o) =>
      (o.kind === 'series' || o.kind === 'measurement') &&
      o.metric === metric &&
      (o.instance === instance || (instance === null && o.instance === 'all'))
        ? [{ step, o }]
        : [],
    ),
  );
  const first = found.find(({ step }) => cited.some((ref) => ref.step === step)) ?? found[0];
  if (!first) return [];
  const { o } = first;
  if (o.kind === 'measurement') return [{ at: null, value: o.value, line: o.lines[0] ?? 0 }];
  return o.values.map((value, i) => {
    const at = o.times[i] ?? null;
    return { at: at === null ? null : at - clockOffsetMs, value, line: o.lines[i] ?? 0 };
  });
};

const cite = async (
  { step, lines }: EvidenceRef,
  run: Run,
  textOf: (step: string) => Promise<string | null>,
): Promise<CellReason['evidence'][number]> => {
  const text = (await textOf(step))?.split('\n') ?? null;
  return {
    step,
    command: run.steps.find((one) => one.step === step)?.command ?? null,
    lines: lines.slice(0, MAX_LINES).map((line) => ({
      line,
      text: text === null ? '(the output is not kept any more)' : (text[line - 1] ?? '').slice(0, MAX_LINE),
    })),
    more: Math.max(0, lines.length - MAX_LINES),
  };
};

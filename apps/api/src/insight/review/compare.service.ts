import {
  comparePairs,
  compareWithBaseline,
  compareWithPeers,
  differingFacts,
  flatFacts,
  HEADLINE_METRICS,
  summarise,
  usualFacts,
  type FlatFacts,
  type Pair,
} from '@fleetscope/analysis';
import {
  ANSWERED_RUN_STATES,
  type Comparison,
  type ComparisonSide,
  type MetricId,
  type Observation,
  type Scope,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { InvestigationReader } from '../../investigations';
import { ObservationsService } from '../../observations';
import { invalid, notFound, ProblemException } from '../../platform';
import { BaselinesService } from '../baselines.service';
import { type EndedRun } from '../insight.service';
import { type EndedInvestigation } from '../marks.service';

interface One {
  readonly investigation: string;
  readonly runbook: string;
  readonly run: EndedRun;
}
type Side = { readonly kind: 'investigation'; readonly of: EndedInvestigation } | ({ readonly kind: 'run' } & One);
type Difference = Omit<Comparison, 'outcome' | 'summary' | 'candidate'>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RELATIVE = new Set(['peers', 'baseline', 'earlier']);
/** Facts of more hosts than this take longer to read than anybody waits. */
const MAX_FACT_HOSTS = 500;

const answered = ({ runs }: EndedInvestigation): EndedRun[] =>
  runs.filter(({ state, headline }) => ANSWERED_RUN_STATES.has(state) && headline !== null);

const sideOf = (side: Side): ComparisonSide =>
  side.kind === 'investigation'
    ? {
        label: `investigation ${side.of.id}`,
        kind: 'investigation',
        investigation: side.of.id,
        run: null,
        at: side.of.at.toISOString(),
        hosts: answered(side.of).length,
      }
    : {
        label: `${side.run.host} in investigation ${side.investigation}`,
        kind: 'run',
        investigation: side.investigation,
        run: side.run.runId,
        at: side.run.at?.toISOString() ?? null,
        hosts: 1,
      };

/** Sample by sample, of the step that has most of them: what the rules judge by, too. */
const samplesOf = (
  observations: readonly Observation[],
): Map<string, { metric: MetricId; instance: string | null; values: number[] }> => {
  const all = new Map<string, { metric: MetricId; instance: string | null; values: number[] }>();
  for (const o of observations) {
    if (o.kind !== 'series' && o.kind !== 'measurement') continue;
    const given = o.kind === 'series' ? o.values : [o.value];
    const values = given.filter((value) => value !== null);
    const key = `${o.metric}\0${o.instance ?? ''}`;
    if (values.length > (all.get(key)?.values.length ?? 0))
      all.set(key, { metric: o.metric, instance: o.instance, values });
  }
  return all;
};

/** A candidate against a reference, in words and numbers. */
@Injectable()
export class CompareService {
  constructor(
    private readonly investigations: InvestigationReader,
    private readonly observations: ObservationsService,
    private readonly baselines: BaselinesService,
  ) {}

  /** @throws 404 for what is not there, 400 for sides that cannot be held against each other. */
  async compare(a: string, b: string, scope: Scope): Promise<Comparison> {
    if (RELATIVE.has(a))
      throw invalid('a', 'an investigation id, id/host, or the name of a host', a, `${a} can stand on the other side`);
    const candidate = await this.resolve(a, scope);
    const { reference, metrics, facts, notes } = await this.against(candidate, b, scope);
    return { candidate: sideOf(candidate), reference, ...summarise(metrics), metrics, facts, notes };
  }

  private async against(candidate: Side, b: string, scope: Scope): Promise<Difference> {
    if (candidate.kind === 'investigation') {
      if (RELATIVE.has(b))
        throw invalid('b', 'another investigation', b, 'name one host of it to compare it so: ID/host');
      const reference = await this.resolve(b, scope);
      if (reference.kind !== 'investigation')
        throw invalid(
          'b',
          'another investigation',
          b,
          'an investigation is compared with an investigation, a host with a host',
        );
      return this.investigationWith(candidate.of, reference.of);
    }
    if (b === 'peers') return this.withPeers(candidate, scope);
    if (b === 'baseline') return this.withBaseline(candidate);
    const reference = b === 'earlier' ? await this.earlier(candidate, scope) : await this.resolve(b, scope);
    if (reference.kind !== 'run')
      throw invalid(
        'b',
        'a host, id/host, peers, baseline or earlier',
        b,
        'an investigation is compared with an investigation, a host with a host',
      );
    return this.runWith(candidate, reference);
  }

  private async investigationWith(candidate: EndedInvestigation, reference: EndedInvestigation): Promise<Difference> {
    const [mine, others] = [answered(candidate), answered(reference)];
    const of = (runs: readonly EndedRun[], metric: MetricId): number[] =>
      runs.flatMap(({ headline }) => headline?.[metric] ?? []);
    const pairs = HEADLINE_METRICS.map((metric): Pair => ({
      metric,
      instance: null,
      candidate: of(mine, metric),
      reference: of(others, metric),
    })).filter((pair) => pair.candidate.length + pair.reference.length > 0);
    const both = mine.flatMap((run) => {
      const other = others.find(({ host }) => host === run.host);
      return other ? [[run, other] as const] : [];
    });
    const compared = both.slice(0, MAX_FACT_HOSTS);
    const facts = await this.flat(compared.flat());
    const notes = [
      ...(candidate.runbook === reference.runbook
        ? []
        : [`different runbooks: ${candidate.runbook} and ${reference.runbook}`]),
      ...(both.length === 0 ? ['no host is in both, so no facts were compared'] : []),
      ...(both.length > compared.length ? [`facts of ${compared.length} of ${both.length} hosts were compared`] : []),
      ...(both.length > 0 && (both.length < mine.length || both.length < others.length)
        ? [`${both.length} hosts are in both, of ${mine.length} and ${others.length}`]
        : []),
    ];
    return {
      reference: sideOf({ kind: 'investigation', of: reference }),
      metrics: comparePairs(pairs),
      facts: differingFacts(
        compared.map(([run, other]) => ({ candidate: factsIn(facts, run), reference: factsIn(facts, other) })),
        { sameHost: true },
      ),
      notes,
    };
  }

  private async runWith(candidate: One, reference: One): Promise<Difference> {
    const [mine, others] = await Promise.all(
      [candidate, reference].map(async ({ run }) =>
        samplesOf((await this.observations.of(run.runId)).flatMap(({ observations }) => observations)),
      ),
    );
    const pairs: Pair[] = [];
    const left: string[] = [];
    for (const [key, { metric, instance, values }] of mine ?? []) {
      const other = others?.get(key);
      if (other) pairs.push({ metric, instance, candidate: values, reference: other.values });
      else left.push(metric);
    }
    const facts = await this.flat([candidate.run, reference.run]);
    return {
      reference: sideOf({ kind: 'run', ...reference }),
      metrics: comparePairs(pairs),
      facts: differingFacts([{ candidate: factsIn(facts, candidate.run), reference: factsIn(facts, reference.run) }], {
        sameHost: candidate.run.host === reference.run.host,
      }),
      notes: [
        'samples of two windows are compared: the windows differ, whether the hosts do is for longer ones to say',
        ...(left.length > 0 ? [`only the candidate has ${[...new Set(left)].slice(0, 5).join(', ')}`] : []),
      ],
    };
  }

  private async withPeers(candidate: One, scope: Scope): Promise<Difference> {
    const of = await this.investigations.judged(candidate.investigation, scope);
    const { hostClass } = candidate.run;
    const peers = answered(of).filter((run) => run.hostClass === hostClass && run.host !== candidate.run.host);
    const facts = await this.flat([candidate.run, ...peers.slice(0, MAX_FACT_HOSTS)]);
    const usual = usualFacts(peers.slice(0, MAX_FACT_HOSTS).map((run) => factsIn(facts, run)));
    const mine = [...factsIn(facts, candidate.run)].filter(([fact]) => usual.has(fact));
    return {
      reference: this.group('peers', `${peers.length} peers of class ${hostClass}`, candidate, peers.length),
      metrics: compareWithPeers(
        candidate.run.headline ?? {},
        peers.map(({ headline }) => headline ?? {}),
      ),
      // Where the peers do not agree among themselves, differing from them says nothing.
      facts:
        peers.length < 2 ? [] : differingFacts([{ candidate: new Map(mine), reference: usual }], { sameHost: false }),
      notes: peers.length < 2 ? ['too few peers to tell what facts are usual'] : [],
    };
  }

  private async withBaseline(candidate: One): Promise<Difference> {
    const { hostClass, headline } = candidate.run;
    const baselines = await this.baselines.baselines(hostClass, candidate.runbook);
    if (baselines.size === 0)
      throw new ProblemException(422, `class ${hostClass} has no baseline of ${candidate.runbook}`, {
        hint: 'mark an investigation of a quiet time: fleetscope baselines mark ID',
      });
    return {
      reference: this.group('baseline', `the baseline of class ${hostClass}`, candidate, 0),
      metrics: compareWithBaseline(headline ?? {}, baselines),
      facts: [],
      notes: ['a baseline holds no facts'],
    };
  }

  private group(kind: 'peers' | 'baseline', label: string, { investigation, run }: One, hosts: number): ComparisonSide {
    return {
      label,
      kind,
      investigation: kind === 'peers' ? investigation : null,
      run: null,
      at: kind === 'peers' ? (run.at?.toISOString() ?? null) : null,
      hosts,
    };
  }

  private async earlier({ run, runbook }: One, scope: Scope): Promise<Side> {
    const found = await this.investigations.latestRun(run.host, scope, {
      runbook,
      except: run.runId,
      ...(run.at ? { before: run.at } : {}),
    });
    if (!found) throw notFound(`earlier run of ${runbook} on ${run.host}`);
    return { kind: 'run', ...found };
  }

  private async resolve(text: string, scope: Scope): Promise<Side> {
    const [id = '', host] = text.split('/');
    if (!UUID.test(id)) {
      const found = await this.investigations.latestRun(text, scope);
      if (!found) throw notFound(`run of ${text} that answered`, '`fleetscope hosts list` shows the hosts there are');
      return { kind: 'run', ...found };
    }
    const of = await this.investigations.judged(id, scope);
    if (host === undefined) return { kind: 'investigation', of };
    const run = of.runs.find((one) => one.host === host);
    if (!run) throw notFound(`run of ${host} in investigation ${id}`);
    return { kind: 'run', investigation: id, runbook: of.runbook, run };
  }

  private async flat(runs: readonly EndedRun[]): Promise<Map<string, FlatFacts>> {
    const told = await this.observations.facts(runs.map(({ runId }) => runId));
    return new Map(runs.map(({ runId, facts }) => [runId, flatFacts(facts ?? {}, told.get(runId) ?? [])]));
  }
}

const factsIn = (facts: ReadonlyMap<string, FlatFacts>, { runId }: EndedRun): FlatFacts =>
  facts.get(runId) ?? new Map();

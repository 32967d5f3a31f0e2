import {
  type Alert,
  type AlertResult,
  type AlertRule,
  type Identity,
  type InvestigationRequest,
  type Targets,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PlanService } from '../../investigations';
import { Database, ProblemException } from '../../platform';
import { RedContexts } from '../red/red-contexts.service';
import { applies, targetsOf, unionOf } from './alert-matching';
import { AlertRules, cooldownMs } from './alert-rules.service';

/** Whoever was about to start something and is gone after so long has not. */
const STARTING_MS = 60_000;
/** What an alert has started is known for so long. */
const KEPT_MS = 90 * 86_400_000;

interface Candidate {
  readonly alert: Alert;
  readonly targets: Targets;
  readonly key: string;
}

const result = (
  { fingerprint }: Alert,
  rule: string | null,
  outcome: AlertResult['outcome'],
  why: string | null = null,
  investigation: string | null = null,
): AlertResult => ({ alert: fingerprint, rule, outcome, why, investigation });

const requestOf = (rule: AlertRule, of: readonly Candidate[]): InvestigationRequest => {
  const more = of.length > 1 ? ` and ${of.length - 1} more` : '';
  return {
    runbook: rule.runbook,
    targets: unionOf(of.map(({ targets }) => targets)),
    parameters: rule.parameters,
    reason: `alert rule ${rule.name}: ${of[0]?.alert.summary ?? ''}`.slice(0, 400) + more,
  };
};

/** What alerts start, each once: those of one notification that a rule matches become one investigation. */
@Injectable()
export class AlertStarts {
  constructor(
    private readonly database: Database,
    private readonly rules: AlertRules,
    private readonly plan: PlanService,
    private readonly red: RedContexts,
  ) {}

  start(hook: string, alerts: readonly Alert[], identity: Identity): Promise<AlertResult[]> {
    return this.each(hook, alerts, identity, (rule, candidates) => this.startOnce(rule, candidates, identity));
  }

  /** The same, without starting anything. */
  rehearse(hook: string, alerts: readonly Alert[], identity: Identity): Promise<AlertResult[]> {
    return this.each(hook, alerts, identity, async (rule, candidates) => {
      const { fresh, results } = await this.sorted(rule, candidates, this.database);
      return [...results, ...fresh.map(({ alert, key }) => result(alert, rule.name, 'would-start', key))];
    });
  }

  async dropOld(): Promise<void> {
    await this.database.alertStart.deleteMany({ where: { at: { lt: new Date(Date.now() - KEPT_MS) } } });
  }

  private async each(
    hook: string,
    alerts: readonly Alert[],
    identity: Identity,
    go: (rule: AlertRule, candidates: Candidate[]) => Promise<AlertResult[]>,
  ): Promise<AlertResult[]> {
    const rules = await this.rules.ofHook(hook);
    const firing = alerts.filter((alert) => alert.firing);
    const results = [
      ...alerts.filter((alert) => !alert.firing).map((alert) => result(alert, null, 'not-firing')),
      ...firing
        .filter((alert) => !rules.some((rule) => applies(rule, alert)))
        .map((alert) => result(alert, null, 'no-rule')),
    ];
    for (const rule of rules) {
      const candidates: Candidate[] = [];
      const problems = new Map<string, string | null>();
      for (const alert of firing.filter((one) => applies(rule, one))) {
        const targets = targetsOf(rule, alert);
        const key = JSON.stringify(targets);
        if (targets && !problems.has(key)) problems.set(key, await this.problem(rule, targets, identity));
        const problem = problems.get(key) ?? null;
        if (!targets) results.push(result(alert, rule.name, 'no-target', 'its labels name no host or class'));
        else if (problem !== null) results.push(result(alert, rule.name, 'refused', problem));
        else candidates.push({ alert, targets, key });
      }
      if (candidates.length > 0) results.push(...(await go(rule, candidates)));
    }
    return results;
  }

  /** One host that there is none of must not keep the others from being looked at. */
  private async problem(rule: AlertRule, targets: Targets, identity: Identity): Promise<string | null> {
    try {
      await this.plan.check({ runbook: rule.runbook, targets, parameters: rule.parameters, reason: '' }, identity);
      return null;
    } catch (error) {
      if (error instanceof ProblemException) return error.detail;
      throw error;
    }
  }

  private async startOnce(rule: AlertRule, candidates: Candidate[], identity: Identity): Promise<AlertResult[]> {
    const id = randomUUID();
    const { fresh, results } = await this.database.$transaction(async (tx) => {
      // Two notifications at once: the second waits, and sees what the first took.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`alert rule ${rule.name}`}))`;
      const sorted = await this.sorted(rule, candidates, tx);
      await tx.alertStart.createMany({
        data: sorted.fresh.map(({ alert: { fingerprint }, key }) => ({
          ...{ id: randomUUID(), rule: rule.name, fingerprint, target: key, investigationId: id },
        })),
      });
      return sorted;
    });
    const [first] = fresh;
    if (!first) return results;
    try {
      await this.plan.create(requestOf(rule, fresh), identity, { id });
    } catch (error) {
      await this.database.alertStart.deleteMany({ where: { investigationId: id } });
      if (!(error instanceof ProblemException)) throw error;
      return [...results, ...fresh.map(({ alert }) => result(alert, rule.name, 'refused', error.detail))];
    }
    await this.database.alertStart.updateMany({ where: { investigationId: id }, data: { state: 'started' } });
    if (rule.red) await this.red.ask(id, rule.red, first.alert.labels);
    return [...results, ...fresh.map(({ alert }) => result(alert, rule.name, 'started', null, id))];
  }

  private async sorted(
    rule: AlertRule,
    candidates: readonly Candidate[],
    database: Pick<Database, 'alertStart'>,
  ): Promise<{ fresh: Candidate[]; results: AlertResult[] }> {
    const now = Date.now();
    const counts = { OR: [{ state: 'started' }, { at: { gt: new Date(now - STARTING_MS) } }] };
    const started = await database.alertStart.findMany({
      where: {
        ...{ rule: rule.name, fingerprint: { in: candidates.map(({ alert }) => alert.fingerprint) } },
        ...counts,
      },
    });
    const resting = await database.alertStart.findMany({
      where: {
        ...{ rule: rule.name, target: { in: candidates.map(({ key }) => key) } },
        ...{ at: { gt: new Date(now - cooldownMs(rule)) }, ...counts },
      },
    });
    const fresh: Candidate[] = [];
    const results: AlertResult[] = [];
    for (const candidate of candidates) {
      const { alert, key } = candidate;
      const known = started.find(({ fingerprint }) => fingerprint === alert.fingerprint);
      const rest = resting.find(({ target }) => target === key);
      if (known)
        results.push(result(alert, rule.name, 'duplicate', 'it was started for already', known.investigationId));
      else if (rest)
        results.push(result(alert, rule.name, 'cool-down', `started within ${rule.cooldown}`, rest.investigationId));
      else fresh.push(candidate);
    }
    return { fresh, results };
  }
}

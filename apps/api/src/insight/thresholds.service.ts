import {
  mergeThresholds,
  RULES,
  ruleOf,
  validateThresholds,
  type Rule,
  type ThresholdOverrides,
} from '@fleetscope/analysis';
import {
  type RuleDetail,
  type RuleView,
  type ThresholdChangeView,
  type ThresholdScope,
  type ThresholdsView,
  type ThresholdUpdate,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../access';
import { type ThresholdChange } from '../generated/prisma/client';
import { Database, notFound, ProblemException } from '../platform';

/** Whose bounds are asked for. */
export interface JudgedHost {
  readonly hostClass?: string | null;
  readonly host?: string | null;
}

/** The overrides that hold for a host, and the version they stand at. */
export interface EffectiveThresholds {
  readonly version: number;
  readonly overrides: ThresholdOverrides;
}

/** Any number that no other lock of ours uses: changes of thresholds are numbered one after the other. */
const THRESHOLDS_LOCK = 7_402_001;

const view = (row: ThresholdChange): ThresholdChangeView => ({
  ...row,
  scope: row.scope as ThresholdScope,
  values: row.values as Record<string, number>,
  changedAt: row.changedAt.toISOString(),
});

const layer = (changes: readonly ThresholdChangeView[], scope: ThresholdScope, name: string | null | undefined) =>
  Object.fromEntries(
    changes
      .filter((change) => change.scope === scope && change.name === name)
      .map(({ rule, values }) => [rule, values]),
  );

/** Bounds of the rules as data: defaults in the rules, overrides per class and host here; every change is a version. */
@Injectable()
export class ThresholdsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** What a host of this class is judged by now. */
  async effective({ hostClass, host }: JudgedHost): Promise<EffectiveThresholds> {
    const { version, overrides } = await this.current();
    const ofHost = layer(overrides, 'host', host);
    const merged = mergeThresholds(layer(overrides, 'class', hostClass), ofHost);
    // The class's warn may lie beyond the host's crit: each was valid by itself, and then the host's own counts alone.
    const usable = Object.entries(merged).flatMap(([rule, values]) => {
      if (validateThresholds({ [rule]: values }).length === 0) return [[rule, values] as const];
      const own = ofHost[rule];
      return own ? [[rule, own] as const] : [];
    });
    return { version, overrides: Object.fromEntries(usable) };
  }

  /** Every override that holds now. One that a later release no longer knows is left out: it can judge nothing. */
  async current(): Promise<ThresholdsView> {
    const rows = await this.database.$queryRaw<ThresholdChange[]>`
      SELECT DISTINCT ON (scope, name, rule) version, scope, name, rule, "values", reason,
        changed_by AS "changedBy", changed_at AS "changedAt"
      FROM threshold_change ORDER BY scope, name, rule, version DESC`;
    const version = Math.max(0, ...rows.map((row) => row.version));
    const overrides = rows
      .map(view)
      .filter(
        ({ rule, values }) => Object.keys(values).length > 0 && validateThresholds({ [rule]: values }).length === 0,
      )
      .sort((a, b) => b.version - a.version);
    return { version, overrides };
  }

  async list(of: JudgedHost): Promise<RuleView[]> {
    const { overrides } = await this.current();
    return RULES.map((rule) => this.ruleView(rule, overrides, of));
  }

  /** @throws 404 */
  async get(id: string, of: JudgedHost): Promise<RuleDetail> {
    const rule = this.known(id);
    const { overrides } = await this.current();
    const history = await this.database.thresholdChange.findMany({
      where: { rule: id },
      orderBy: { version: 'desc' },
      take: 200,
    });
    return {
      ...this.ruleView(rule, overrides, of),
      overridden: overrides.filter((change) => change.rule === id),
      history: history.map(view),
    };
  }

  /** @throws 404 for an unknown rule, 400 for values that cannot be used. Never changes what was judged before. */
  async change(id: string, { scope, name, values, reason }: ThresholdUpdate, actor: string): Promise<RuleDetail> {
    const rule = this.known(id);
    await this.database.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${THRESHOLDS_LOCK})`;
      const before = await tx.thresholdChange.findFirst({
        where: { scope, name, rule: id },
        orderBy: { version: 'desc' },
      });
      const merged = { ...(before?.values as Record<string, number> | undefined), ...values };
      const after = Object.fromEntries(
        Object.entries(merged).filter((entry): entry is [string, number] => entry[1] !== null),
      );
      this.check(rule, {
        ...after,
        ...Object.fromEntries(Object.keys(values).map((key) => [key, after[key] ?? defaultOf(rule, key)])),
      });
      const newest = await tx.thresholdChange.aggregate({ _max: { version: true } });
      const version = (newest._max.version ?? 0) + 1;
      await tx.thresholdChange.create({
        data: { version, scope, name, rule: id, values: after, reason, changedBy: actor },
      });
      await this.audit.record(actor, 'thresholds.change', id, 'done', { version, scope, name, values, reason }, tx);
    });
    return this.get(id, scope === 'class' ? { hostClass: name } : { host: name });
  }

  private check(rule: Rule, values: Record<string, number | undefined>): void {
    const problems = validateThresholds({ [rule.id]: values as Record<string, number> });
    const [first] = problems;
    if (!first) return;
    throw new ProblemException(400, first, {
      hint: `\`fleetscope rules show ${rule.id}\` shows its thresholds and their bounds`,
      errors: problems.map((problem) => {
        const [path = 'values', expected = problem] = problem.split(/: (.*)/s);
        const key = path.startsWith(`${rule.id}.`) ? `values.${path.slice(rule.id.length + 1)}` : 'values';
        return { path: key, expected, got: String(values[key.slice(7)] ?? 'nothing') };
      }),
    });
  }

  private known(id: string): Rule {
    const rule = ruleOf(id);
    if (!rule) throw notFound(`rule ${id}`, '`fleetscope rules list` shows the ones there are');
    return rule;
  }

  private ruleView(rule: Rule, overrides: readonly ThresholdChangeView[], { hostClass, host }: JudgedHost): RuleView {
    const { id, version, title, resource, aspect, metrics, why, next } = rule;
    const ofClass = layer(overrides, 'class', hostClass)[id] ?? {};
    const ofHost = layer(overrides, 'host', host)[id] ?? {};
    return {
      id,
      version,
      title,
      resource,
      aspect,
      metrics: [...metrics],
      why,
      next,
      thresholds: Object.entries(rule.thresholds).map(([name, { value, unit, min, max }]) => ({
        name,
        value: ofHost[name] ?? ofClass[name] ?? value,
        default: value,
        unit,
        min,
        max,
        from: name in ofHost ? 'host' : name in ofClass ? 'class' : 'default',
      })),
      overrides: overrides.filter((change) => change.rule === id).length,
    };
  }
}

/** Undefined for a threshold that the rule does not have, so that it is refused by its name. */
const defaultOf = (rule: Rule, name: string): number | undefined =>
  Object.hasOwn(rule.thresholds, name) ? rule.thresholds[name]?.value : undefined;

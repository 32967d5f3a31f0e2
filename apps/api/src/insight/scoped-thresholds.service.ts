import {
  coversClass,
  touchesClass,
  type Identity,
  type RuleDetail,
  type RuleView,
  type Scope,
  type ThresholdChangeView,
  type ThresholdsView,
  type ThresholdUpdate,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Scopes } from '../access';
import { ThresholdsService, type JudgedHost } from './thresholds.service';

/** Thresholds as somebody with a scope sees and changes them: those of classes and hosts outside it are not there. */
@Injectable()
export class ScopedThresholds {
  constructor(
    private readonly thresholds: ThresholdsService,
    private readonly scopes: Scopes,
  ) {}

  async list(of: JudgedHost, scope: Scope): Promise<RuleView[]> {
    await this.mustSee(of, scope);
    const rules = await this.thresholds.list(of);
    const { overrides } = await this.current(scope);
    return rules.map((rule) => ({ ...rule, overrides: overrides.filter((change) => change.rule === rule.id).length }));
  }

  async get(rule: string, of: JudgedHost, scope: Scope): Promise<RuleDetail> {
    await this.mustSee(of, scope);
    const detail = await this.thresholds.get(rule, of);
    const overridden = await this.within(detail.overridden, scope);
    const history = await this.within(detail.history, scope);
    return { ...detail, overridden, history, overrides: overridden.length };
  }

  async current(scope: Scope): Promise<ThresholdsView> {
    const { version, overrides } = await this.thresholds.current();
    return { version, overrides: await this.within(overrides, scope) };
  }

  /** @throws 403 when it would judge hosts outside the scope as well, 404 for a host that is */
  async change(rule: string, update: ThresholdUpdate, caller: Identity): Promise<RuleDetail> {
    if (update.scope === 'host') await this.scopes.mustSee(caller.scope, 'host', update.name);
    // The hosts that a class will have may have any labels: a scope with labels never covers all of them.
    else if (!coversClass(caller.scope, update.name))
      await this.scopes.mustCover(
        caller,
        [{ name: `hosts of class ${update.name}`, class: '', labels: {} }],
        'thresholds.change',
        rule,
      );
    await this.thresholds.change(rule, update, caller.name);
    return this.get(rule, update.scope === 'class' ? { hostClass: update.name } : { host: update.name }, caller.scope);
  }

  private async mustSee({ host }: JudgedHost, scope: Scope): Promise<void> {
    if (host) await this.scopes.mustSee(scope, 'host', host);
  }

  private async within(changes: readonly ThresholdChangeView[], scope: Scope): Promise<ThresholdChangeView[]> {
    if (scope === null) return [...changes];
    const seen = await Promise.all(
      changes.map((change) =>
        change.scope === 'class' ? touchesClass(scope, change.name) : this.scopes.sees(scope, 'host', change.name),
      ),
    );
    return changes.filter((_, i) => seen[i]);
  }
}

import {
  type AlertRule,
  alertRuleSchema,
  type Identity,
  parseDuration,
  type StoredAlertRule,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../../access';
import { Database, notFound, ProblemException } from '../../platform';
import { CatalogueService } from '../../runbooks';

/** Which alerts start what: data, so that they can be changed while everything runs. */
@Injectable()
export class AlertRules {
  constructor(
    private readonly database: Database,
    private readonly catalogue: CatalogueService,
    private readonly audit: AuditService,
  ) {}

  async list(): Promise<StoredAlertRule[]> {
    const rows = await this.database.alertRule.findMany({ orderBy: { name: 'asc' } });
    return rows.map(({ body, createdBy, createdAt }) => ({
      ...alertRuleSchema.parse(body),
      ...{ createdBy, createdAt: createdAt.toISOString() },
    }));
  }

  async ofHook(hook: string): Promise<AlertRule[]> {
    return (await this.list()).filter((rule) => rule.hook === null || rule.hook === hook);
  }

  /** @throws 400 for a runbook or parameters that there are none of, 409 when the name is taken. */
  async add(rule: AlertRule, caller: Identity): Promise<StoredAlertRule> {
    this.catalogue.parameters(this.catalogue.get(rule.runbook), rule.parameters);
    const { name } = rule;
    const row = await this.database.$transaction(async (tx) => {
      if (await tx.alertRule.findUnique({ where: { name } }))
        throw new ProblemException(409, `there is a rule ${name} already`, { hint: 'remove it first' });
      await this.audit.record(caller.name, 'alert-rule.add', name, 'done', { rule }, tx);
      return tx.alertRule.create({ data: { name, body: rule, createdBy: caller.name } });
    });
    return { ...rule, createdBy: row.createdBy, createdAt: row.createdAt.toISOString() };
  }

  async remove(name: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.alertRule.deleteMany({ where: { name } });
      if (count === 0) throw notFound(`rule ${name}`, 'GET /api/v1/alert-rules shows them');
      await this.audit.record(actor, 'alert-rule.remove', name, 'done', {}, tx);
    });
  }
}

export const cooldownMs = ({ cooldown }: AlertRule): number => parseDuration(cooldown) ?? 0;

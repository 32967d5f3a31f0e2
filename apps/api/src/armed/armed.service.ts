import {
  ARMED_MAX_HOSTS,
  type ArmedInput,
  type ArmedView,
  type Identity,
  type InvestigationRequest,
  parseDuration,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../access';
import { HostsService } from '../fleet';
import { PlanService } from '../investigations';
import { Database, invalid, notFound, ProblemException } from '../platform';
import { armedView } from './armed-rows';

const MAX_ARMED = 20;
const BOUNDS = {
  every: [10_000, 3_600_000, '10s to 1h'],
  for: [60_000, 72 * 3_600_000, '1m to 72h'],
  cooldown: [0, 24 * 3_600_000, '0s to 24h'],
} as const;

/** Captures that wait for a condition: who armed what, on which hosts, and what became of it. */
@Injectable()
export class ArmedService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly plan: PlanService,
    private readonly hosts: HostsService,
  ) {}

  async list(): Promise<ArmedView[]> {
    return (await this.database.armedCapture.findMany({ orderBy: { createdAt: 'desc' } })).map(armedView);
  }

  /** @throws 404 */
  async get(name: string): Promise<ArmedView> {
    const row = await this.database.armedCapture.findUnique({ where: { name } });
    if (!row) throw notFound(`armed capture ${name}`, '`fleetscope armed list` shows them');
    return armedView(row);
  }

  /** @throws what the capture itself would be refused with, and 422 where it could only wait for somebody's approval. */
  async arm(input: ArmedInput, caller: Identity): Promise<ArmedView> {
    for (const field of ['every', 'for', 'cooldown'] as const) {
      const [least, most, expected] = BOUNDS[field];
      const ms = parseDuration(input[field]) ?? -1;
      if (ms < least || ms > most) throw invalid(field, expected, input[field]);
    }
    const hosts = await this.hosts.select(input.targets);
    if (hosts.length > ARMED_MAX_HOSTS)
      throw invalid('targets', `at most ${ARMED_MAX_HOSTS} hosts`, `${hosts.length} hosts`);
    const runsAs: Identity = { ...caller, name: `armed:${input.name}` };
    await this.mustStart(input, hosts.slice(0, input.maxHosts), runsAs);
    await this.database.$transaction(async (tx) => {
      if (await tx.armedCapture.findUnique({ where: { name: input.name } }))
        throw new ProblemException(409, `there is an armed capture ${input.name} already`, { hint: 'remove it first' });
      if ((await tx.armedCapture.count({ where: { state: 'armed' } })) >= MAX_ARMED)
        throw new ProblemException(409, `${MAX_ARMED} captures are armed already`, { hint: 'disarm one first' });
      await tx.armedCapture.create({
        data: {
          ...{ name: input.name, input, runsAs, createdBy: caller.name },
          until: new Date(Date.now() + (parseDuration(input.for) ?? 0)),
        },
      });
      await this.audit.record(caller.name, 'armed.add', input.name, 'done', { ...input, hosts: hosts.length }, tx);
    });
    return this.get(input.name);
  }

  /** One that is armed is disarmed and stays to be looked at; one that has ended goes. @throws 404 */
  async remove(name: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.armedCapture.updateMany({
        where: { name, state: 'armed' },
        data: { state: 'disarmed', endedAt: new Date() },
      });
      if (count > 0) return this.audit.record(actor, 'armed.disarm', name, 'done', {}, tx);
      const gone = await tx.armedCapture.deleteMany({ where: { name } });
      if (gone.count === 0) throw notFound(`armed capture ${name}`);
      return this.audit.record(actor, 'armed.remove', name, 'done', {}, tx);
    });
  }

  private async mustStart(
    { capture, reason }: ArmedInput,
    hosts: readonly { name: string }[],
    runsAs: Identity,
  ): Promise<void> {
    const request: InvestigationRequest = {
      ...capture,
      ...{ targets: { hosts: hosts.map(({ name }) => name) }, reason },
    };
    const { needs } = await this.plan.preview(request, runsAs);
    if (needs.length > 0)
      throw new ProblemException(422, `it could only wait for somebody's approval: ${needs.join('; ')}`, {
        hint: 'arm a lighter capture, or fewer hosts',
      });
  }
}

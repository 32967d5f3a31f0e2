import {
  type Hold,
  type HoldInput,
  type HostFacts,
  type HostInput,
  type HostUpdate,
  type HostView,
  type Identity,
  type Labels,
  type Scope,
  type Targets,
} from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditService, type ScopedHost, Scopes } from '../access';
import { Prisma } from '../generated/prisma/client';
import { Database, invalid, notFound, ProblemException, type Tx } from '../platform';
import { FreezeService } from './freeze.service';
import { hostsWithin, hostView, mustBeFound, type HostRow } from './host-rows';

/** What a plan keeps of a host: as it was when the investigation began. */
export interface PlannedHost {
  readonly id: string;
  readonly name: string;
  readonly class: string;
  readonly labels: Labels;
}

const WITH_KEYS = { keys: { orderBy: { trustedAt: 'asc' } } } as const;
const MAX_HOPS = 5;

/** The hosts of the fleet: who they are, how to reach them, what is known of them. */
@Injectable()
export class HostsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly freeze: FreezeService,
    private readonly scopes: Scopes,
  ) {}

  onModuleInit(): void {
    this.scopes.provide('host', (name) => this.named([name]));
  }

  async list(filter: { class?: string; label?: [string, string] }, scope: Scope): Promise<HostView[]> {
    const rows = await this.database.host.findMany({
      where: {
        ...hostsWithin(scope),
        ...(filter.class ? { class: filter.class } : {}),
        ...(filter.label ? { labels: { path: [filter.label[0]], equals: filter.label[1] } } : {}),
      },
      include: WITH_KEYS,
      orderBy: { name: 'asc' },
    });
    return rows.map(hostView);
  }

  /** Of all hosts of the scope: a twentieth of what reading them costs. */
  async ids(scope: Scope): Promise<string[]> {
    const rows = await this.database.host.findMany({ where: hostsWithin(scope), select: { id: true } });
    return rows.map(({ id }) => id);
  }

  /** @throws 404 */
  async get(name: string): Promise<HostView> {
    return hostView(await this.row(name));
  }

  async byId(id: string): Promise<HostView | null> {
    const row = await this.database.host.findUnique({ where: { id }, include: WITH_KEYS });
    return row ? hostView(row) : null;
  }

  /** @throws 403 when the host, or one that it is reached through, would be outside the caller's scope. */
  async addBy(caller: Identity, input: HostInput): Promise<HostView> {
    await this.mustCover(caller, [input], input.jump, 'host.add');
    return this.add(input, caller.name);
  }

  async add(input: HostInput, actor: string): Promise<HostView> {
    const data = { ...input, address: input.address ?? input.name };
    await this.checkJumps(input.name, input.jump);
    await this.database.$transaction(async (tx) => {
      if (await tx.host.findUnique({ where: { name: input.name } })) {
        throw new ProblemException(409, `there is a host ${input.name} already`, {
          hint: 'change it with `hosts set`, or remove it first',
        });
      }
      await tx.host.create({ data });
      await this.audit.record(
        actor,
        'host.add',
        input.name,
        'done',
        { address: data.address, transport: data.transport },
        tx,
      );
    });
    return this.get(input.name);
  }

  /** The host that an agent speaks for from now on. @returns its id. @throws 409 when it is there and may not be. */
  async adoptForAgent(
    host: { name: string; class: string; labels: Labels; mayExist: boolean },
    actor: string,
    tx: Tx,
  ): Promise<string> {
    const { name, labels } = host;
    const found = await tx.host.findUnique({ where: { name }, select: { id: true } });
    if (found && !host.mayExist)
      throw new ProblemException(409, `there is a host ${name} already`, {
        hint: `to put it under the agent: fleetscope agents enrol --name ${name}`,
      });
    const data = { class: host.class, labels, transport: 'agent' };
    const row = found
      ? await tx.host.update({ where: { id: found.id }, data })
      : await tx.host.create({ data: { ...data, name, address: name } });
    await this.audit.record(actor, found ? 'host.change' : 'host.add', name, 'done', { transport: 'agent' }, tx);
    return row.id;
  }

  /** @throws 403 when the host as it would be, or one that it would be reached through, is outside the caller's scope. */
  async updateBy(caller: Identity, name: string, changes: HostUpdate): Promise<HostView> {
    const { labels, class: hostClass } = await this.get(name);
    await this.mustCover(caller, [{ name, class: hostClass, labels, ...changes }], changes.jump ?? [], 'host.change');
    await this.update(name, changes, caller.name);
    return this.get(name);
  }

  /** Of an enrolment: the host as it will be, and as it is when there is one. @throws 403 */
  async mustCoverEnrolment(caller: Identity, host: Omit<ScopedHost, 'name'> & { name: string | null }): Promise<void> {
    const there = host.name === null ? [] : await this.named([host.name]);
    await this.mustCover(caller, [{ ...host, name: host.name ?? 'the new host' }, ...there], [], 'agent.enrolment');
  }

  private async update(name: string, changes: HostUpdate, actor: string): Promise<void> {
    if (changes.jump) await this.checkJumps(name, changes.jump);
    const { count } = await this.database.host.updateMany({ where: { name }, data: changes });
    if (count === 0) throw notFound(`host ${name}`);
    await this.audit.record(actor, 'host.change', name, 'done', { fields: Object.keys(changes) });
  }

  /** Nothing connects to it from now on; what runs there already goes on. @throws 404, 400 when the time is over */
  async hold(name: string, { until, why }: HoldInput, actor: string): Promise<HostView> {
    if (until !== null && Date.parse(until) <= Date.now())
      throw new ProblemException(400, 'until: expected a time to come', {
        errors: [{ path: 'until', expected: 'a time to come', got: until }],
      });
    const hold: Hold = { until, why, by: actor, at: new Date().toISOString() };
    await this.setHold(name, hold, actor);
    return this.get(name);
  }

  /** @throws 404 */
  async release(name: string, actor: string): Promise<void> {
    await this.setHold(name, null, actor);
  }

  private async setHold(name: string, hold: Hold | null, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.host.updateMany({ where: { name }, data: { hold: hold ?? Prisma.DbNull } });
      if (count === 0) throw notFound(`host ${name}`);
      await this.audit.record(actor, hold ? 'host.hold' : 'host.release', name, 'done', { ...hold }, tx);
    });
  }

  async remove(name: string, actor: string): Promise<void> {
    const through = await this.database.host.findFirst({ where: { jump: { has: name } }, select: { name: true } });
    if (through)
      throw new ProblemException(409, `${through.name} is reached through ${name}`, {
        hint: `change the jump hosts of ${through.name} first`,
      });
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.host.deleteMany({ where: { name } });
      if (count === 0) throw notFound(`host ${name}`);
      await this.audit.record(actor, 'host.remove', name, 'done', {}, tx);
    });
  }

  /** Every new work on hosts passes here. @throws 409 while the fleet is frozen, 403 when it may not be started despite it. */
  admitWork(caller: Identity, despiteFreeze: boolean): Promise<void> {
    return this.freeze.admit(caller, despiteFreeze);
  }

  /** The hosts that targets select, by name. @throws 404 for a name that is none, 422 when nothing is selected. */
  async select(targets: Targets): Promise<PlannedHost[]> {
    const any: Prisma.HostWhereInput[] = [];
    if (targets.hosts?.length) any.push({ name: { in: targets.hosts } });
    if (targets.classes?.length) any.push({ class: { in: targets.classes } });
    const labels = Object.entries(targets.labels ?? {}).map(([key, value]) => ({
      labels: { path: [key], equals: value },
    }));
    const where: Prisma.HostWhereInput = {
      ...(any.length > 0 ? { OR: any } : {}),
      ...(labels.length > 0 ? { AND: labels } : {}),
    };
    const rows = await this.database.host.findMany({
      where,
      orderBy: { name: 'asc' },
      select: { id: true, name: true, class: true, labels: true },
    });
    mustBeFound(targets.hosts ?? [], rows, '`fleetscope hosts list` shows the ones there are');
    if (rows.length === 0)
      throw new ProblemException(422, 'the targets select no host', {
        hint: '`fleetscope hosts list` shows hosts, classes and labels',
      });
    return rows.map((row) => ({ ...row, labels: row.labels as Labels }));
  }

  /** What a connection learnt: facts when it was reached, else why not. */
  async recordContact(
    id: string,
    contact: { facts: HostFacts } | { state: 'unreachable' | 'refused'; reason: string },
  ): Promise<void> {
    const reached = 'facts' in contact;
    await this.database.host.updateMany({
      where: { id },
      data: {
        checkedAt: new Date(),
        reachability: reached ? { state: 'reachable', reason: null } : { state: contact.state, reason: contact.reason },
        ...(reached ? { facts: contact.facts } : {}),
      },
    });
  }

  private async mustCover(
    caller: Identity,
    hosts: readonly ScopedHost[],
    jump: readonly string[],
    doing: string,
  ): Promise<void> {
    if (caller.scope === null) return;
    const all = [...hosts, ...(await this.named(jump))];
    await this.scopes.mustCover(caller, all, doing, hosts[0]?.name ?? '');
  }

  private async named(names: readonly string[]): Promise<ScopedHost[]> {
    const rows = await this.database.host.findMany({
      where: { name: { in: [...names] } },
      select: { name: true, class: true, labels: true },
    });
    return rows.map((row) => ({ ...row, labels: row.labels as Labels }));
  }

  private async row(name: string): Promise<HostRow> {
    const row = await this.database.host.findUnique({ where: { name }, include: WITH_KEYS });
    if (!row) throw notFound(`host ${name}`, '`fleetscope hosts list` shows the ones there are');
    return row;
  }

  private async checkJumps(name: string, jump: readonly string[]): Promise<void> {
    if (jump.length > MAX_HOPS) throw invalid('jump', `at most ${MAX_HOPS} hops`, jump.length);
    if (jump.includes(name)) throw invalid('jump', 'other hosts than the host itself', name);
    const known = await this.database.host.findMany({ where: { name: { in: [...jump] } }, select: { name: true } });
    const missing = jump.find((hop) => !known.some((row) => row.name === hop));
    if (missing)
      throw invalid(
        'jump',
        'names of known hosts',
        missing,
        `add it first: fleetscope hosts add ${missing} --address …`,
      );
  }
}

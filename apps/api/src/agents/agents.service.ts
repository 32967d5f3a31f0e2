import {
  type AgentView,
  covers,
  type Labels,
  type LeaseRequest,
  type RefusedRunbook,
  type Scope,
} from '@fleetscope/contracts';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { AuditService } from '../access';
import { type Agent, type Host, type Prisma } from '../generated/prisma/client';
import { Database, notFound, PostgresBus, ProblemException } from '../platform';
import { wakeHost } from './leases.service';

/** What a request is checked against. */
export interface KnownAgent {
  readonly id: string;
  readonly hostId: string;
  readonly publicKey: string;
  readonly revokedAt: Date | null;
}

/** An agent polls every 25 s at the least. */
const ONLINE_MS = 60_000;
/** Nonces are kept for longer than a time may be off either way. */
const NONCE_MS = 15 * 60_000;
const PURGE_MS = 60_000;

export const revoked = (): ProblemException =>
  new ProblemException(403, 'this agent was revoked', {
    hint: 'stop it, or enrol it again: `fleetscope agents enrol --name HOST` prints the command',
  });

const view = ({ host, ...agent }: Agent & { host: Host }): AgentView => ({
  id: agent.id,
  host: host.name,
  class: host.class,
  state: agent.revokedAt
    ? 'revoked'
    : Date.now() - (agent.lastSeenAt?.getTime() ?? 0) < ONLINE_MS
      ? 'online'
      : 'offline',
  version: agent.version,
  fingerprint: `SHA256:${createHash('sha256').update(Buffer.from(agent.publicKey, 'base64')).digest('base64').replace(/=+$/, '')}`,
  enrolledAt: agent.enrolledAt.toISOString(),
  enrolledBy: agent.enrolledBy,
  lastSeenAt: agent.lastSeenAt?.toISOString() ?? null,
  skewMs: agent.skewMs,
  refused: agent.refused as unknown as RefusedRunbook[],
  revokedAt: agent.revokedAt?.toISOString() ?? null,
});

/** The agents of the fleet: who they are, when they were seen, and that a revoked one gets nothing. */
@Injectable()
export class AgentsService implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly bus: PostgresBus,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      const before = new Date(Date.now() - NONCE_MS);
      this.database.agentNonce.deleteMany({ where: { at: { lt: before } } }).catch(() => undefined);
    }, PURGE_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async known(id: string): Promise<KnownAgent | null> {
    return this.database.agent.findUnique({
      where: { id },
      select: { id: true, hostId: true, publicKey: true, revokedAt: true },
    });
  }

  /** False when the nonce was used before, in whichever process. */
  async firstUse(agentId: string, nonce: string): Promise<boolean> {
    const inserted = await this.database.$executeRaw`
      INSERT INTO agent_nonce (agent_id, nonce) VALUES (${agentId}::uuid, ${nonce}) ON CONFLICT DO NOTHING`;
    return inserted === 1;
  }

  async seen(agentId: string, { version, skewMs, refused }: LeaseRequest): Promise<void> {
    await this.database.agent.updateMany({
      where: { id: agentId, revokedAt: null },
      data: {
        lastSeenAt: new Date(),
        version,
        ...(skewMs === null ? {} : { skewMs: Math.max(-2_147_483_647, Math.min(2_147_483_647, skewMs)) }),
        refused: refused as unknown as Prisma.InputJsonArray,
      },
    });
  }

  async list(scope: Scope): Promise<AgentView[]> {
    const rows = await this.database.agent.findMany({ include: { host: true }, orderBy: { host: { name: 'asc' } } });
    return rows.filter(({ host }) => covers(scope, { ...host, labels: host.labels as Labels })).map(view);
  }

  /** The agent of a host; the newest where earlier ones were revoked. @throws 404 */
  async of(host: string): Promise<AgentView> {
    const row = await this.database.agent.findFirst({
      where: { host: { name: host } },
      include: { host: true },
      orderBy: [{ revokedAt: { sort: 'desc', nulls: 'first' } }, { enrolledAt: 'desc' }],
    });
    if (!row) throw notFound(`agent of a host ${host}`, '`fleetscope agents list` shows the ones there are');
    return view(row);
  }

  /** From the next request on, and also for the one that waits: it gets nothing more. */
  async revoke(host: string, actor: string): Promise<void> {
    const agent = await this.of(host);
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.agent.updateMany({
        where: { id: agent.id, revokedAt: null },
        data: { revokedAt: new Date() },
      });
      if (count === 0) throw new ProblemException(409, `the agent of ${host} was revoked already`);
      await this.audit.record(actor, 'agent.revoke', host, 'done', { agent: agent.id }, tx);
    });
    const row = await this.known(agent.id);
    if (row) await wakeHost(this.bus, row.hostId);
  }
}

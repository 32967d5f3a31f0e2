import {
  type Enrolled,
  type EnrolmentInput,
  type EnrolRequest,
  type Identity,
  type Labels,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { AuditService } from '../access';
import { HostsService } from '../fleet';
import { Database, invalid, ProblemException } from '../platform';
import { publicKeyOf } from './agent.guard';

const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
const hostNameOf = (hostname: string): string =>
  hostname.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'agent';

const spent = (): ProblemException =>
  new ProblemException(401, 'the enrolment token is unknown, used up or too old', {
    hint: 'ask for a new one: `fleetscope agents enrol`',
  });

/** Tokens that enrol one agent each, and their use. */
@Injectable()
export class EnrolmentService {
  constructor(
    private readonly database: Database,
    private readonly hosts: HostsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws 403 when the host would be outside the caller's scope. */
  async create(input: EnrolmentInput, caller: Identity): Promise<{ token: string; expiresAt: Date }> {
    await this.hosts.mustCoverEnrolment(caller, input);
    const token = `fa_${randomBytes(32).toString('base64url')}`;
    const expiresAt = new Date(Date.now() + input.expiresInMinutes * 60_000);
    await this.database.$transaction(async (tx) => {
      const { name, labels } = input;
      await tx.enrolment.deleteMany({ where: { expiresAt: { lt: new Date(Date.now() - 86_400_000) } } });
      await tx.enrolment.create({
        data: { hash: hash(token), name, class: input.class, labels, createdBy: caller.name, expiresAt },
      });
      await this.audit.record(caller.name, 'agent.enrolment', name ?? '*', 'done', { class: input.class, labels }, tx);
    });
    return { token, expiresAt };
  }

  /** Once for each token; who comes again with the same key gets the answer that was lost. @throws 401, 409 */
  async enrol({ token, publicKey, hostname, version }: EnrolRequest): Promise<Enrolled> {
    if (!publicKeyOf(publicKey)) throw invalid('publicKey', 'an Ed25519 key, SPKI in DER, base64', undefined);
    return this.database.$transaction(async (tx) => {
      const { count } = await tx.enrolment.updateMany({
        where: { hash: hash(token), usedAt: null, expiresAt: { gt: new Date() } },
        data: { usedAt: new Date() },
      });
      const enrolment = await tx.enrolment.findUnique({ where: { hash: hash(token) } });
      if (!enrolment) throw spent();
      if (count === 0) {
        const before = enrolment.agentId
          ? await tx.agent.findFirst({
              where: { id: enrolment.agentId, publicKey, revokedAt: null },
              include: { host: true },
            })
          : null;
        if (!before) throw spent();
        return { agent: before.id, host: before.host.name };
      }
      const name = enrolment.name ?? hostNameOf(hostname);
      const host = await this.hosts.adoptForAgent(
        { name, class: enrolment.class, labels: enrolment.labels as Labels, mayExist: enrolment.name !== null },
        enrolment.createdBy,
        tx,
      );
      // One agent a host: the one before it is no longer heard.
      await tx.agent.updateMany({ where: { hostId: host, revokedAt: null }, data: { revokedAt: new Date() } });
      const agent = await tx.agent.create({
        data: { hostId: host, publicKey, version, enrolledBy: enrolment.createdBy },
      });
      await tx.enrolment.update({ where: { hash: enrolment.hash }, data: { agentId: agent.id } });
      await this.audit.record(enrolment.createdBy, 'agent.enrol', name, 'done', { agent: agent.id, version }, tx);
      return { agent: agent.id, host: name };
    });
  }
}

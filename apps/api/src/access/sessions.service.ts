import { type Identity, type Role } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database, ProblemException } from '../platform';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { hashSecret, newSecret } from './secrets';

const LINK_MS = 10 * 60_000;
const SESSION_MS = 12 * 3_600_000;

/** Browser sessions, and the one-time links that open them. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly audit: AuditService,
  ) {}

  async createLink(identity: Identity): Promise<{ path: string; expiresAt: string }> {
    const code = newSecret('once');
    const expiresAt = new Date(Date.now() + LINK_MS);
    await this.database.loginCode.create({
      data: { hash: hashSecret(code), name: identity.name, role: identity.role, expiresAt },
    });
    // In the fragment: a browser never sends it, so it stands in no access log.
    return { path: `/login#code=${code}`, expiresAt: expiresAt.toISOString() };
  }

  async openWithCode(code: string): Promise<{ secret: string; identity: Identity; expiresAt: Date }> {
    const hash = hashSecret(code);
    // Compare-and-set: of two who come with the same code, one gets the session.
    const { count } = await this.database.loginCode.updateMany({
      where: { hash, usedAt: null, expiresAt: { gt: new Date() } },
      data: { usedAt: new Date() },
    });
    const row = count === 1 ? await this.database.loginCode.findUnique({ where: { hash } }) : null;
    if (!row) {
      throw new ProblemException(401, 'this login link was used or has expired', {
        hint: '`fleetscope login-link` prints a new one',
      });
    }
    return this.open(row.name, row.role as Role);
  }

  async openWithToken(token: string): Promise<{ secret: string; identity: Identity; expiresAt: Date }> {
    const identity = await this.authenticator.identify({ authorization: `Bearer ${token}` });
    if (!identity) throw new ProblemException(401, 'this token is not valid');
    return this.open(identity.name, identity.role);
  }

  async close(cookieHeaderHash: string): Promise<void> {
    await this.database.session.deleteMany({ where: { hash: cookieHeaderHash } });
    this.authenticator.forget();
  }

  private async open(name: string, role: Role): Promise<{ secret: string; identity: Identity; expiresAt: Date }> {
    const secret = newSecret('ses');
    const expiresAt = new Date(Date.now() + SESSION_MS);
    await this.database.session.deleteMany({ where: { expiresAt: { lt: new Date() } } });
    await this.database.session.create({ data: { hash: hashSecret(secret), name, role, expiresAt } });
    await this.audit.record(name, 'session.open', name);
    return { secret, identity: { name, role, via: 'session' }, expiresAt };
  }
}

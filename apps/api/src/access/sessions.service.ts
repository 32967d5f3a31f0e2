import { type Identity } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database, ProblemException } from '../platform';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { hashSecret, newSecret } from './secrets';

const LINK_MS = 10 * 60_000;
const SESSION_MS = 12 * 3_600_000;

/** Whose session it is: what the token or the person may, the session may. */
type Owner = { tokenId: string } | { personId: string };
const ownerOf = ({ id }: Identity): Owner => {
  const [kind = '', uuid = ''] = id.split(':');
  return kind === 'person' ? { personId: uuid } : { tokenId: uuid };
};

export interface OpenedSession {
  readonly secret: string;
  readonly identity: Identity;
  readonly expiresAt: Date;
}

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
    await this.database.loginCode.create({ data: { hash: hashSecret(code), ...ownerOf(identity), expiresAt } });
    // In the fragment: a browser never sends it, so it stands in no access log.
    return { path: `/login#code=${code}`, expiresAt: expiresAt.toISOString() };
  }

  async openWithCode(code: string): Promise<OpenedSession> {
    const hash = hashSecret(code);
    // Compare-and-set: of two who come with the same code, one gets the session.
    const { count } = await this.database.loginCode.updateMany({
      where: { hash, usedAt: null, expiresAt: { gt: new Date() } },
      data: { usedAt: new Date() },
    });
    const row = count === 1 ? await this.database.loginCode.findUnique({ where: { hash } }) : null;
    const owner = row?.personId ? { personId: row.personId } : row?.tokenId ? { tokenId: row.tokenId } : null;
    if (!owner) {
      throw new ProblemException(401, 'this login link was used or has expired', {
        hint: '`fleetscope login-link` prints a new one',
      });
    }
    return this.open(owner);
  }

  async openWithToken(token: string): Promise<OpenedSession> {
    const identity = await this.authenticator.identify({ authorization: `Bearer ${token}` });
    if (!identity) throw new ProblemException(401, 'this token is not valid');
    return this.open(ownerOf(identity));
  }

  openForPerson(personId: string): Promise<OpenedSession> {
    return this.open({ personId });
  }

  async close(cookieHeaderHash: string): Promise<void> {
    await this.database.session.deleteMany({ where: { hash: cookieHeaderHash } });
    await this.authenticator.changed();
  }

  private async open(owner: Owner): Promise<OpenedSession> {
    const secret = newSecret('ses');
    const expiresAt = new Date(Date.now() + SESSION_MS);
    await this.database.session.deleteMany({ where: { expiresAt: { lt: new Date() } } });
    await this.database.session.create({ data: { hash: hashSecret(secret), ...owner, expiresAt } });
    // As the next request will find it: who was disabled or revoked meanwhile is nobody.
    const identity = await this.authenticator.ofSession(secret);
    if (!identity) throw new ProblemException(401, 'who this session would be of may not sign in any more');
    await this.audit.record(identity.name, 'session.open', identity.name);
    return { secret, identity, expiresAt };
  }
}

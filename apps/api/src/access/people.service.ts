import { hash, verify } from '@node-rs/argon2';
import { type PersonInput, type PersonUpdate, type PersonView, type Role, type Scope } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type Person, Prisma } from '../generated/prisma/client';
import { Database, notFound, ProblemException, type Tx } from '../platform';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { RateLimits } from './rate-limits.service';
import { type OpenedSession, SessionsService } from './sessions.service';

/** OWASP's least for argon2id, which is the library's 2: 19 MiB, two passes, one lane. */
const ARGON = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const view = (row: Person): PersonView => ({
  name: row.name,
  email: row.email,
  role: row.role as Role,
  scope: row.scope as Scope,
  from: row.issuer ?? 'here',
  disabled: row.disabledAt !== null,
  createdAt: row.createdAt.toISOString(),
  lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
});

/** What an identity provider says of somebody, and what our mapping makes of it. */
export interface Provided {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly scope: Scope;
}

/** People: accounts with a password of ours, and those that an identity provider vouches for. */
@Injectable()
export class PeopleService {
  /** Verified against when there is no such account: the answer takes as long. */
  private readonly nobodys = hash(randomBytes(16), ARGON);

  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionsService,
    private readonly limits: RateLimits,
    private readonly audit: AuditService,
  ) {}

  async list(): Promise<PersonView[]> {
    return (await this.database.person.findMany({ orderBy: { name: 'asc' } })).map(view);
  }

  /** @throws 409 when the name is taken. */
  async add({ name, email, role, scope, password }: PersonInput, actor: string): Promise<PersonView> {
    const passwordHash = await hash(password, ARGON);
    const row = await this.database.$transaction(async (tx) => {
      if (await tx.person.findUnique({ where: { name } }))
        throw new ProblemException(409, `there is a user ${name} already`);
      await this.audit.record(actor, 'user.add', name, 'done', { role, scope }, tx);
      return tx.person.create({ data: { name, email, role, scope: scope ?? Prisma.DbNull, passwordHash } });
    });
    return view(row);
  }

  /** Holds from the next request on; who is disabled is signed out everywhere. @throws 404 */
  async change(name: string, { role, scope, disabled }: PersonUpdate, actor: string): Promise<PersonView> {
    const row = await this.database.$transaction(async (tx) => {
      const { id } = await this.must(name, tx);
      if (disabled) await tx.session.deleteMany({ where: { personId: id } });
      await this.audit.record(actor, 'user.change', name, 'done', { role, scope, disabled }, tx);
      return tx.person.update({
        where: { id },
        data: {
          ...(role === undefined ? {} : { role }),
          ...(scope === undefined ? {} : { scope: scope ?? Prisma.DbNull }),
          ...(disabled === undefined ? {} : { disabledAt: disabled ? new Date() : null }),
        },
      });
    });
    await this.authenticator.changed();
    return view(row);
  }

  /** Signs out whoever used the old one. @throws 404, 409 for somebody of an identity provider */
  async setPassword(name: string, password: string, actor: string): Promise<void> {
    const passwordHash = await hash(password, ARGON);
    await this.database.$transaction(async (tx) => {
      const { id, issuer } = await this.must(name, tx);
      if (issuer !== null) throw new ProblemException(409, `${name} signs in at ${issuer} and has no password here`);
      await tx.person.update({ where: { id }, data: { passwordHash } });
      await tx.session.deleteMany({ where: { personId: id } });
      await this.audit.record(actor, 'user.set-password', name, 'done', {}, tx);
    });
    await this.authenticator.changed();
  }

  /** The same answer, after the same time, for a wrong password, a wrong name and an account that is disabled. */
  async signIn(name: string, password: string, address: string): Promise<OpenedSession> {
    await this.limits.take('guesses', `${name}\0${address}`);
    const person = await this.database.person.findUnique({ where: { name } });
    const isRight = await verify(person?.passwordHash ?? (await this.nobodys), password);
    if (!person?.passwordHash || !isRight || person.disabledAt) {
      // A name that is none may be a password in the wrong field.
      const whom = person?.name ?? 'unknown';
      await this.audit.record(whom, 'session.open', whom, 'denied');
      throw new ProblemException(401, 'the name or the password is wrong', {
        hint: 'an administrator sets a new one: fleetscope users set-password NAME',
      });
    }
    return this.openFor(person.id);
  }

  /** Somebody whom the identity provider vouched for just now: role and scope are what it says today. */
  async signInProvided({ issuer, subject, name, email, role, scope }: Provided): Promise<OpenedSession> {
    const given = { email, role, scope: scope ?? Prisma.DbNull };
    const known = await this.database.person.findUnique({ where: { issuer_subject: { issuer, subject } } });
    if (known?.disabledAt) {
      await this.audit.record(known.name, 'session.open', known.name, 'denied', { disabled: true });
      throw new ProblemException(403, `${known.name} was disabled here`);
    }
    const { id } = known
      ? await this.database.person.update({ where: { id: known.id }, data: given })
      : await this.database.person.create({
          // A local account of the same name is somebody else.
          data: { ...given, name: await this.freeName(name, subject), issuer, subject },
        });
    await this.authenticator.changed();
    return this.openFor(id);
  }

  private async openFor(id: string): Promise<OpenedSession> {
    await this.database.person.update({ where: { id }, data: { lastSignInAt: new Date() } });
    return this.sessions.openForPerson(id);
  }

  private async freeName(name: string, subject: string): Promise<string> {
    const taken = await this.database.person.findUnique({ where: { name }, select: { id: true } });
    return taken ? `${name} (${subject})` : name;
  }

  private async must(name: string, tx: Tx): Promise<Person> {
    const row = await tx.person.findUnique({ where: { name } });
    if (!row) throw notFound(`user ${name}`, '`fleetscope users list` shows the ones there are');
    return row;
  }
}

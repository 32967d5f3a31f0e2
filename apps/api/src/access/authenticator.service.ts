import { type Identity, type Role, type Scope } from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type IncomingHttpHeaders } from 'node:http';
import { type ApiToken, type Person } from '../generated/prisma/client';
import { Database, PostgresBus } from '../platform';
import { hashSecret, SESSION_COOKIE } from './secrets';

const CACHE_MS = 5_000;
/** Payload: nothing. What somebody may, or whether they may anything, has changed. */
const ACCESS_CHANNEL = 'fleetscope_access';

interface Known {
  readonly identity: Identity;
  /** When the token or the session ends by itself. */
  readonly ends: Date | null;
}

const isOver = ({ revokedAt, expiresAt }: ApiToken): boolean =>
  revokedAt !== null || (expiresAt !== null && expiresAt <= new Date());
const ofToken = ({ id, name, role, scope }: ApiToken, via: Identity['via']): Identity => ({
  ...{ id: `token:${id}`, name, via },
  role: role as Role,
  scope: scope as Scope,
});
export const ofPerson = ({ id, name, role, scope }: Person): Identity => ({
  ...{ id: `person:${id}`, name, via: 'session' },
  role: role as Role,
  scope: scope as Scope,
});

/** Finds out who calls, from the headers of a request or of a websocket handshake. */
@Injectable()
export class Authenticator implements OnModuleInit {
  private readonly cache = new Map<string, Known & { until: number }>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly database: Database,
    private readonly bus: PostgresBus,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.bus.listen(ACCESS_CHANNEL, () => this.forget());
    this.bus.onReconnect(() => this.forget());
  }

  /** Null when nothing valid was shown. */
  async identify(headers: IncomingHttpHeaders): Promise<Identity | null> {
    const bearer = /^Bearer ([A-Za-z0-9_-]{16,128})$/.exec(headers.authorization ?? '')?.[1];
    if (bearer) return this.cached(`t:${hashSecret(bearer)}`, () => this.byToken(hashSecret(bearer)));
    const cookie = new RegExp(`(?:^|; )${SESSION_COOKIE}=([A-Za-z0-9_-]{16,128})`).exec(headers.cookie ?? '')?.[1];
    if (cookie) return this.cached(`s:${hashSecret(cookie)}`, () => this.bySession(hashSecret(cookie)));
    return null;
  }

  /** Whose session it is, as the store has it now. */
  async ofSession(secret: string): Promise<Identity | null> {
    return (await this.bySession(hashSecret(secret)))?.identity ?? null;
  }

  /** After a change of what somebody may: the next request is looked up again, in every process, and listeners hear of it. */
  async changed(): Promise<void> {
    this.forget();
    await this.bus.notify(ACCESS_CHANNEL, '');
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private forget(): void {
    this.cache.clear();
    this.listeners.forEach((listener) => listener());
  }

  private async cached(key: string, load: () => Promise<Known | null>): Promise<Identity | null> {
    const hit = this.cache.get(key);
    if (hit && hit.until > Date.now()) return hit.identity;
    const known = await load();
    if (known) {
      if (this.cache.size > 10_000) this.cache.clear();
      const until = Math.min(Date.now() + CACHE_MS, known.ends?.getTime() ?? Infinity);
      this.cache.set(key, { ...known, until });
    } else {
      this.cache.delete(key);
    }
    return known?.identity ?? null;
  }

  private async byToken(hash: string): Promise<Known | null> {
    const token = await this.database.apiToken.findUnique({ where: { hash } });
    if (!token || isOver(token)) return null;
    await this.database.apiToken.update({ where: { hash }, data: { lastUsedAt: new Date() } });
    return { identity: ofToken(token, 'token'), ends: token.expiresAt };
  }

  /** What a session may is what its token or its person may now. */
  private async bySession(hash: string): Promise<Known | null> {
    const session = await this.database.session.findUnique({ where: { hash }, include: { token: true, person: true } });
    if (!session || session.expiresAt <= new Date()) return null;
    const { token, person, expiresAt } = session;
    if (person) return person.disabledAt ? null : { identity: ofPerson(person), ends: expiresAt };
    if (!token || isOver(token)) return null;
    const ends = token.expiresAt && token.expiresAt < expiresAt ? token.expiresAt : expiresAt;
    return { identity: ofToken(token, 'session'), ends };
  }
}

import { type Identity, type Role } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type IncomingHttpHeaders } from 'node:http';
import { Database } from '../platform';
import { hashSecret, SESSION_COOKIE } from './secrets';

const CACHE_MS = 5_000;

/** Finds out who calls, from the headers of a request or of a websocket handshake. */
@Injectable()
export class Authenticator {
  private readonly cache = new Map<string, { identity: Identity; until: number }>();

  constructor(private readonly database: Database) {}

  /** Null when nothing valid was shown. */
  async identify(headers: IncomingHttpHeaders): Promise<Identity | null> {
    const bearer = /^Bearer ([A-Za-z0-9_-]{16,128})$/.exec(headers.authorization ?? '')?.[1];
    if (bearer) return this.cached(`t:${hashSecret(bearer)}`, () => this.byToken(hashSecret(bearer)));
    const cookie = new RegExp(`(?:^|; )${SESSION_COOKIE}=([A-Za-z0-9_-]{16,128})`).exec(headers.cookie ?? '')?.[1];
    if (cookie) return this.cached(`s:${hashSecret(cookie)}`, () => this.bySession(hashSecret(cookie)));
    return null;
  }

  /** After a revocation: the next request is looked up again. */
  forget(): void {
    this.cache.clear();
  }

  private async cached(key: string, load: () => Promise<Identity | null>): Promise<Identity | null> {
    const hit = this.cache.get(key);
    if (hit && hit.until > Date.now()) return hit.identity;
    const identity = await load();
    if (identity) {
      if (this.cache.size > 10_000) this.cache.clear();
      this.cache.set(key, { identity, until: Date.now() + CACHE_MS });
    } else {
      this.cache.delete(key);
    }
    return identity;
  }

  private async byToken(hash: string): Promise<Identity | null> {
    const token = await this.database.apiToken.findUnique({ where: { hash } });
    if (!token || token.revokedAt || (token.expiresAt && token.expiresAt <= new Date())) return null;
    await this.database.apiToken.update({ where: { hash }, data: { lastUsedAt: new Date() } });
    return { name: token.name, role: token.role as Role, via: 'token' };
  }

  private async bySession(hash: string): Promise<Identity | null> {
    const session = await this.database.session.findUnique({ where: { hash } });
    if (!session || session.expiresAt <= new Date()) return null;
    return { name: session.name, role: session.role as Role, via: 'session' };
  }
}

import { type Scope, type TokenInput, type TokenView } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type ApiToken, Prisma } from '../generated/prisma/client';
import { Database, notFound } from '../platform';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { hashSecret, newSecret } from './secrets';

const DAY_MS = 86_400_000;

const view = (row: ApiToken): TokenView => ({
  id: row.id,
  name: row.name,
  role: row.role as TokenView['role'],
  scope: row.scope as Scope,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

@Injectable()
export class TokensService {
  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly audit: AuditService,
  ) {}

  async list(): Promise<TokenView[]> {
    return (await this.database.apiToken.findMany({ orderBy: { createdAt: 'asc' } })).map(view);
  }

  async create(input: TokenInput, actor: string): Promise<TokenView & { token: string }> {
    const token = newSecret('fs');
    const row = await this.database.$transaction(async (tx) => {
      const expiresAt = input.expiresInDays === null ? null : new Date(Date.now() + input.expiresInDays * DAY_MS);
      const made = await tx.apiToken.create({
        data: {
          ...{ name: input.name, role: input.role, hash: hashSecret(token), expiresAt },
          scope: input.scope ?? Prisma.DbNull,
        },
      });
      const { role, scope } = input;
      await this.audit.record(actor, 'token.create', input.name, 'done', { role, scope }, tx);
      return made;
    });
    return { ...view(row), token };
  }

  /** Its browser sessions and login links open nothing from then on, either: what they may is what the token may. */
  async revoke(id: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.apiToken.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt: new Date() },
      });
      if (count === 0) throw notFound(`token ${id} that could be revoked`);
      await tx.session.deleteMany({ where: { tokenId: id } });
      await tx.loginCode.deleteMany({ where: { tokenId: id } });
      await this.audit.record(actor, 'token.revoke', id, 'done', {}, tx);
    });
    await this.authenticator.changed();
  }

  /** The installation's own admin token, kept in a file: made again when the database does not know it. */
  async adopt(name: string, token: string): Promise<void> {
    const hash = hashSecret(token);
    await this.database.apiToken.upsert({ where: { hash }, create: { name, role: 'admin', hash }, update: {} });
  }
}

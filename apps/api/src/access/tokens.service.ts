import { type TokenInput, type TokenView } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { Database, notFound } from '../platform';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { hashSecret, newSecret } from './secrets';

const DAY_MS = 86_400_000;

interface Row {
  id: string;
  name: string;
  role: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const view = (row: Row): TokenView => ({
  id: row.id,
  name: row.name,
  role: row.role as TokenView['role'],
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
        data: { name: input.name, role: input.role, hash: hashSecret(token), expiresAt },
      });
      await this.audit.record(actor, 'token.create', input.name, 'done', { role: input.role }, tx);
      return made;
    });
    return { ...view(row), token };
  }

  /** Takes the browser sessions and login links of the token's name with it: what they may came from the token. */
  async revoke(id: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.apiToken.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt: new Date() },
      });
      if (count === 0) throw notFound(`token ${id} that could be revoked`);
      const { name } = await tx.apiToken.findUniqueOrThrow({ where: { id }, select: { name: true } });
      await tx.session.deleteMany({ where: { name } });
      await tx.loginCode.deleteMany({ where: { name } });
      await this.audit.record(actor, 'token.revoke', id, 'done', {}, tx);
    });
    this.authenticator.forget();
  }

  /** The installation's own admin token, kept in a file: made again when the database does not know it. */
  async adopt(name: string, token: string): Promise<void> {
    const hash = hashSecret(token);
    await this.database.apiToken.upsert({ where: { hash }, create: { name, role: 'admin', hash }, update: {} });
  }
}

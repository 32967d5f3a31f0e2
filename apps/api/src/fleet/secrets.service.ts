import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../access';
import { Database, invalid, notFound, ProblemException, SecretBox } from '../platform';

export interface SecretView {
  name: string;
  kind: string;
  createdAt: string;
  createdBy: string;
}

/** Private keys, encrypted at rest. They go in and are used; no call gives them back. */
@Injectable()
export class SecretsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.box.onRotate('secret', () => this.reseal());
  }

  /** Everything sealed is sealed anew, under a new key. @returns how much. */
  async rotate(actor: string): Promise<number> {
    const changed = await this.box.rotate();
    await this.audit.record(actor, 'secret.rotate', '*', 'done', { changed });
    return changed;
  }

  /** Row by row: who is stopped in between goes on with those that are left. */
  private async reseal(): Promise<number> {
    let changed = 0;
    for (const { name, ciphertext } of await this.database.secret.findMany()) {
      const resealed = this.box.resealed(name, ciphertext);
      if (!resealed) continue;
      // Replaced meanwhile: then it is under the new key.
      const { count } = await this.database.secret.updateMany({
        where: { name, ciphertext },
        data: { ciphertext: resealed },
      });
      changed += count;
    }
    return changed;
  }

  async list(): Promise<SecretView[]> {
    const rows = await this.database.secret.findMany({ orderBy: { name: 'asc' }, omit: { ciphertext: true } });
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  }

  async put(name: string, privateKey: string, actor: string): Promise<void> {
    if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n/.test(privateKey.trimStart()))
      throw invalid('privateKey', 'a private key in PEM or OpenSSH form', 'something else');
    const ciphertext = this.box.seal(name, privateKey);
    await this.database.$transaction(async (tx) => {
      await tx.secret.upsert({
        where: { name },
        create: { name, kind: 'ssh-private-key', ciphertext, createdBy: actor },
        update: { ciphertext },
      });
      await this.audit.record(actor, 'secret.put', name, 'done', {}, tx);
    });
  }

  async remove(name: string, actor: string): Promise<void> {
    const used = await this.database.host.findFirst({ where: { identitySecret: name }, select: { name: true } });
    if (used) throw new ProblemException(409, `${used.name} logs in with the secret ${name}`);
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.secret.deleteMany({ where: { name } });
      if (count === 0) throw notFound(`secret ${name}`);
      await this.audit.record(actor, 'secret.remove', name, 'done', {}, tx);
    });
  }

  /** For transports alone. Null when there is none of that name. */
  async open(name: string): Promise<string | null> {
    const row = await this.database.secret.findUnique({ where: { name } });
    return row ? this.box.open(name, row.ciphertext) : null;
  }
}

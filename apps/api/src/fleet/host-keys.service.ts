import { Injectable } from '@nestjs/common';
import { AuditService } from '../access';
import { Database, notFound } from '../platform';

export interface TrustedKey {
  readonly type: string;
  readonly publicKey: string;
  readonly fingerprint: string;
}

/** Keys that somebody trusted, by host. A host without one is not connected to. */
@Injectable()
export class HostKeysService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async of(hostId: string): Promise<TrustedKey[]> {
    return this.database.hostKey.findMany({
      where: { hostId },
      select: { type: true, publicKey: true, fingerprint: true },
    });
  }

  /** `replace` forgets the host's other keys: the answer to a key that changed for a known reason. */
  async trust(
    host: string,
    key: TrustedKey,
    source: 'consent' | 'known_hosts' | 'import',
    actor: string,
    replace: boolean,
  ): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const row = await tx.host.findUnique({ where: { name: host }, select: { id: true } });
      if (!row) throw notFound(`host ${host}`);
      if (replace) await tx.hostKey.deleteMany({ where: { hostId: row.id, publicKey: { not: key.publicKey } } });
      await tx.hostKey.upsert({
        where: { hostId_publicKey: { hostId: row.id, publicKey: key.publicKey } },
        create: {
          hostId: row.id,
          type: key.type,
          publicKey: key.publicKey,
          fingerprint: key.fingerprint,
          source,
          trustedBy: actor,
        },
        update: {},
      });
      await this.audit.record(
        actor,
        'host.trust',
        host,
        'done',
        { type: key.type, fingerprint: key.fingerprint, source, replace },
        tx,
      );
    });
  }
}

import {
  type CreatedHook,
  type HookInput,
  type HookView,
  type Identity,
  type Role,
  type Scope,
} from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { AuditService, mayAct } from '../../access';
import { type InboundHook, Prisma } from '../../generated/prisma/client';
import { Database, invalid, notFound, ProblemException, SecretBox } from '../../platform';
import { resealRows } from '../sealed';

export interface KnownHook {
  readonly kind: HookInput['kind'];
  readonly secret: string;
  readonly identity: Identity;
}

const sealName = (name: string): string => `hook:${name}`;
const view = ({ name, kind, role, scope, createdBy, createdAt }: InboundHook): HookView => ({
  ...{ name, createdBy, path: `/api/v1/hooks/${name}`, createdAt: createdAt.toISOString() },
  kind: kind as HookView['kind'],
  role: role as Role,
  scope: scope as Scope,
});
const isSigningKey = (secret: string): boolean => /^whsec_[A-Za-z0-9+/]{24,}={0,2}$/.test(secret);

/** Who may tell us of alerts, and what those may start. */
@Injectable()
export class HooksService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly audit: AuditService,
  ) {}

  onModuleInit(): void {
    this.box.onRotate('hook', async () => {
      const rows = await this.database.inboundHook.findMany();
      return resealRows(
        this.box,
        rows.map(({ name, sealed }) => ({ name: sealName(name), sealed })),
        ({ sealed }, resealed) =>
          this.database.inboundHook.updateMany({
            where: { sealed: new Uint8Array(sealed) },
            data: { sealed: resealed },
          }),
      );
    });
  }

  async list(): Promise<HookView[]> {
    return (await this.database.inboundHook.findMany({ orderBy: { name: 'asc' } })).map(view);
  }

  async add({ name, kind, secret: given, role, scope }: HookInput, caller: Identity): Promise<CreatedHook> {
    if (!mayAct(caller.role, role)) throw invalid('role', `at most your own, ${caller.role}`, role);
    if (kind === 'pagerduty' && !given) throw invalid('secret', 'the secret that PagerDuty showed', undefined);
    if (kind === 'standard' && given && !isSigningKey(given))
      throw invalid('secret', 'whsec_ and base64, or none for a new one', undefined);
    const secret = given ?? `whsec_${randomBytes(32).toString('base64')}`;
    const row = await this.database.$transaction(async (tx) => {
      if (await tx.inboundHook.findUnique({ where: { name } }))
        throw new ProblemException(409, `there is a hook ${name} already`, { hint: 'remove it first' });
      await this.audit.record(caller.name, 'hook.add', name, 'done', { kind, role, scope }, tx);
      return tx.inboundHook.create({
        data: {
          ...{ name, kind, role, scope: scope ?? Prisma.DbNull, createdBy: caller.name },
          sealed: this.box.seal(sealName(name), secret),
        },
      });
    });
    return { ...view(row), secret };
  }

  async remove(name: string, actor: string): Promise<void> {
    await this.database.$transaction(async (tx) => {
      const { count } = await tx.inboundHook.deleteMany({ where: { name } });
      if (count === 0) throw notFound(`hook ${name}`, 'GET /api/v1/hooks shows them');
      await this.audit.record(actor, 'hook.remove', name, 'done', {}, tx);
    });
  }

  /** Null when there is none of that name. */
  async known(name: string): Promise<KnownHook | null> {
    const row = await this.database.inboundHook.findUnique({ where: { name } });
    if (!row) return null;
    const { kind, role, scope } = view(row);
    return {
      kind,
      secret: this.box.open(sealName(name), row.sealed),
      identity: { id: `hook:${name}`, name: `hook:${name}`, role, scope, via: 'token' },
    };
  }
}

import { DEFAULT_RETENTION_DAYS, RETAINED_KINDS, type RetainedKind, type Sweep } from '@fleetscope/contracts';
import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../access';
import { Database } from '../platform';
import { Pruners } from './pruners.service';

const DAY_MS = 86_400_000;
const BATCH = 50;
/** In one pass; the next one goes on. */
const MAX_BATCHES = 2_000;

/** How long each kind of data is kept, and what enforces it. */
@Injectable()
export class RetentionService {
  private readonly log = new Logger('Retention');
  private sweeping: Promise<Sweep> | undefined;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly pruners: Pruners,
  ) {}

  async days(): Promise<Record<RetainedKind, number>> {
    const rows = await this.database.retentionSetting.findMany();
    const set = Object.fromEntries(rows.map(({ kind, days }) => [kind, days]));
    return Object.fromEntries(
      RETAINED_KINDS.map((kind) => [kind, set[kind] ?? DEFAULT_RETENTION_DAYS[kind]]),
    ) as Record<RetainedKind, number>;
  }

  async set(kind: RetainedKind, days: number, actor: string): Promise<void> {
    const data = { days, changedBy: actor, changedAt: new Date() };
    await this.database.$transaction(async (tx) => {
      await tx.retentionSetting.upsert({ where: { kind }, create: { kind, ...data }, update: data });
      await this.audit.record(actor, 'retention.set', kind, 'done', { days }, tx);
    });
  }

  /** Out of turn. */
  async sweepNow(actor: string): Promise<Sweep> {
    const sweep = await this.sweep();
    await this.audit.record(actor, 'storage.sweep', 'storage', 'done', { ...sweep });
    return sweep;
  }

  /** Takes what is past its time, in bounded steps. Two who sweep at once do no harm. */
  sweep(): Promise<Sweep> {
    this.sweeping ??= this.pass().finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  private async pass(): Promise<Sweep> {
    const days = await this.days();
    const before = (kind: RetainedKind): Date => new Date(Date.now() - days[kind] * DAY_MS);
    const kept = await this.pruners.kept();
    const removed: Record<string, number> = {};
    for (const kind of ['evidence', 'events', 'observations', 'profiles', 'investigations'] as const)
      removed[kind] = await this.inBatches(() => this.pruners.batch(kind, before(kind), kept, BATCH));
    removed['baselines'] = await this.pruners.baselines(before('baselines'));
    removed['firings'] = await this.pruners.firings(before('firings'));
    const { dropped, rows } = await this.pruners.measurements(before('measurements'), kept);
    removed['measurements'] = rows;
    const files = await this.pruners.files();
    const sweep = { removed, partitions: dropped, files };
    if (dropped.length + files > 0 || Object.values(removed).some((count) => count > 0))
      this.log.log(sweep, 'what was past its time was removed');
    return sweep;
  }

  private async inBatches(batch: () => Promise<number>): Promise<number> {
    let total = 0;
    for (let n = 0; n < MAX_BATCHES; n++) {
      const count = await batch();
      total += count;
      if (count < BATCH) break;
    }
    return total;
  }
}

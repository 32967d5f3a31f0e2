import { RETAINED_KINDS, type StorageKind, type StorageView } from '@fleetscope/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { mkdir, stat, statfs } from 'node:fs/promises';
import { Database, RUNTIME, type Runtime } from '../platform';
import { RetentionService } from './retention.service';
import { RunData } from './run-data.service';

type Kind = StorageKind['kind'];
const KINDS: readonly Kind[] = [...RETAINED_KINDS, 'audit'];
const LOOK_BACK_DAYS = 14;
const DAY_MS = 86_400_000;

/** Tables of each kind; only their size is asked, never what stands in them. */
const TABLES: Record<Kind, readonly string[]> = {
  evidence: ['evidence', 'evidence_orphan'],
  events: ['event_log', 'event_counter'],
  observations: ['step_observation'],
  measurements: ['measurement'],
  profiles: ['profile'],
  investigations: [
    'investigation',
    'run',
    'outbox',
    'fingerprint',
    'analysis_version',
    'run_analysis',
    'investigation_note',
  ],
  baselines: ['baseline_sample', 'baseline_mark'],
  firings: ['schedule_firing'],
  audit: ['audit_entry'],
};

/** Space in use, how fast it grows, and what it comes to. */
@Injectable()
export class StorageService {
  constructor(
    private readonly database: Database,
    private readonly retention: RetentionService,
    private readonly data: RunData,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  async view(): Promise<StorageView> {
    const [bytes, growth, days] = await Promise.all([this.bytes(), this.growth(), this.retention.days()]);
    const kinds = KINDS.map((kind): StorageKind => {
      const keptDays = kind === 'audit' ? null : days[kind];
      const bytesPerDay = growth.get(kind) ?? null;
      const inUse = bytes.get(kind) ?? 0;
      const forecastBytes =
        keptDays === null || bytesPerDay === null ? null : Math.max(inUse, Math.round(bytesPerDay * keptDays));
      return { kind, keptDays, bytes: inUse, bytesPerDay, forecastBytes };
    });
    const known = kinds.flatMap(({ bytesPerDay }) => (bytesPerDay === null ? [] : [bytesPerDay]));
    const perDay = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
    return {
      kinds,
      bytes: kinds.reduce((sum, kind) => sum + kind.bytes, 0),
      bytesPerDay: perDay,
      ...(await this.fullFirst(growth)),
    };
  }

  /** Evidence may lie on a disk of its own. @returns that of the two which is full first; where neither is, the fuller. */
  private async fullFirst(growth: ReadonlyMap<Kind, number>): Promise<Pick<StorageView, 'freeBytes' | 'daysLeft'>> {
    const { dataDir, evidenceDir } = this.runtime;
    // The first evidence makes it otherwise.
    await mkdir(evidenceDir, { recursive: true, mode: 0o700 });
    const [disk, evidenceDisk] = await Promise.all([stat(dataDir), stat(evidenceDir)]);
    const ofEvidence = (kind: Kind): boolean => kind === 'evidence';
    const disks =
      disk.dev === evidenceDisk.dev
        ? [{ dir: dataDir, holds: KINDS }]
        : [
            { dir: dataDir, holds: KINDS.filter((kind) => !ofEvidence(kind)) },
            { dir: evidenceDir, holds: KINDS.filter(ofEvidence) },
          ];
    const left = await Promise.all(
      disks.map(async ({ dir, holds }) => {
        const { bavail, bsize } = await statfs(dir);
        const [freeBytes, perDay] = [bavail * bsize, holds.reduce((sum, kind) => sum + (growth.get(kind) ?? 0), 0)];
        return { freeBytes, daysLeft: perDay > 0 ? freeBytes / perDay : null };
      }),
    );
    return left.reduce((one, other) =>
      (other.daysLeft ?? Infinity) - (one.daysLeft ?? Infinity) < 0 ||
      (other.daysLeft === one.daysLeft && other.freeBytes < one.freeBytes)
        ? other
        : one,
    );
  }

  /** Writes down what today looks like; the last look of a day counts. */
  async sample(): Promise<void> {
    const day = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
    for (const [kind, bytes] of await this.bytes())
      await this.database.storageSample.upsert({
        where: { day_kind: { day, kind } },
        create: { day, kind, bytes },
        update: { bytes },
      });
    await this.database.storageSample.deleteMany({ where: { day: { lt: new Date(day.getTime() - 400 * DAY_MS) } } });
  }

  private async bytes(): Promise<Map<Kind, number>> {
    const names = KINDS.flatMap((kind) => TABLES[kind].map((table) => ({ kind, table })));
    const rows = await this.database.$queryRaw<{ kind: Kind; bytes: number }[]>`
      SELECT given.kind, sum(pg_total_relation_size(tree.relid))::float8 AS bytes
      FROM unnest(${names.map(({ kind }) => kind)}::text[], ${names.map(({ table }) => table)}::text[]) AS given(kind, name),
        LATERAL (
          SELECT relid FROM pg_partition_tree(given.name::regclass)
          UNION SELECT given.name::regclass
        ) AS tree
      GROUP BY given.kind`;
    const found = new Map(rows.map(({ kind, bytes }) => [kind, bytes]));
    return found.set('evidence', (found.get('evidence') ?? 0) + (await this.data.evidenceBytes()));
  }

  /** Bytes a day, from the first to the last day of the last two weeks that was looked at. */
  private async growth(): Promise<Map<Kind, number>> {
    const rows = await this.database.storageSample.findMany({
      where: { day: { gte: new Date(Date.now() - LOOK_BACK_DAYS * DAY_MS) } },
      orderBy: { day: 'asc' },
    });
    return new Map(
      KINDS.flatMap((kind) => {
        const of = rows.filter((row) => row.kind === kind);
        const [first, last] = [of[0], of.at(-1)];
        if (!first || !last || first === last) return [];
        const days = (last.day.getTime() - first.day.getTime()) / DAY_MS;
        return [[kind, Number(last.bytes - first.bytes) / days] as const];
      }),
    );
  }
}

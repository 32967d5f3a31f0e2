import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Database, Rounds } from '../platform';

/** How soon other processes hear of what was counted in passing. */
const SHARE_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;

interface Count {
  /** Of all processes, as last heard. */
  hits: number;
  /** Of this process, which the others have not heard of. */
  unshared: number;
  /** Epoch milliseconds. */
  endsAt: number;
  readonly seconds: number;
}

interface SharedRow {
  readonly key: string;
  readonly hits: number;
  readonly leftMs: number;
}

/** Names and addresses are nobody's business in a table of counts, and a key has one length. */
const keyOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/**
 * How often something was done in the time that began with the first of it, over all processes on one database. Exactly: one
 * statement each, about a millisecond. In passing: counted here, told to the others once a second, for what is done all the time.
 */
@Injectable()
export class RateCounts implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('RateCounts');
  private readonly counts = new Map<string, Count>();
  private readonly rounds = new Rounds(SHARE_EVERY_MS, (error) =>
    this.log.warn({ err: error }, 'counts could not be shared with the other processes'),
  );
  private forgotAt = Date.now();

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.rounds.start(() => this.round());
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  /** Counts one more. @returns milliseconds to wait where that is more than `most`, which is not counted; else null */
  async take(text: string, limit: { most: number; seconds: number }, exactly: boolean): Promise<number | null> {
    const key = keyOf(text);
    const count = this.countOf(key, limit.seconds);
    // Whoever goes on all the same costs no statement.
    if (count.hits + count.unshared >= limit.most) return count.endsAt - Date.now();
    if (!exactly) {
      count.unshared += 1;
      return null;
    }
    const [row] = await this.add([{ key, hits: 1, seconds: limit.seconds }]);
    if (!row) return null;
    this.heard(count, row);
    return row.hits > limit.most ? row.leftMs : null;
  }

  private countOf(key: string, seconds: number): Count {
    const now = Date.now();
    const known = this.counts.get(key);
    if (known && known.endsAt > now) return known;
    const begun = { hits: 0, unshared: 0, endsAt: now + seconds * 1000, seconds };
    this.counts.set(key, begun);
    return begun;
  }

  private async round(): Promise<void> {
    const now = Date.now();
    for (const [key, { endsAt }] of this.counts) if (endsAt <= now) this.counts.delete(key);
    // In one order everywhere: two processes that write the same rows must not wait for each other.
    const told = [...this.counts]
      .filter(([, { unshared }]) => unshared > 0)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, count]) => ({ key, count, hits: count.unshared, seconds: count.seconds }));
    if (told.length > 0) {
      const rows = new Map((await this.add(told)).map((row) => [row.key, row]));
      for (const { key, count, hits } of told) {
        count.unshared -= hits;
        const row = rows.get(key);
        if (row) this.heard(count, row);
      }
    }
    if (now - this.forgotAt < FORGET_EVERY_MS) return;
    this.forgotAt = now;
    await this.database.rateCount.deleteMany({ where: { endsAt: { lt: new Date() } } });
  }

  private heard(count: Count, { hits, leftMs }: SharedRow): void {
    const endsAt = Date.now() + leftMs;
    // The time after it begins when it has ended, and so ends a whole one later.
    const isNext = endsAt > count.endsAt + (count.seconds * 1000) / 2;
    // Answers may overtake each other.
    count.hits = isNext ? hits : Math.max(count.hits, hits);
    count.endsAt = endsAt;
  }

  private add(more: readonly { key: string; hits: number; seconds: number }[]): Promise<SharedRow[]> {
    return this.database.$queryRaw<SharedRow[]>`
      INSERT INTO rate_count AS known (key, hits, ends_at)
      SELECT key, hits, now() + seconds * interval '1 second'
      FROM unnest(${more.map(({ key }) => key)}::text[], ${more.map(({ hits }) => hits)}::int[],
        ${more.map(({ seconds }) => seconds)}::int[]) AS given(key, hits, seconds)
      ON CONFLICT (key) DO UPDATE SET
        hits = EXCLUDED.hits + CASE WHEN known.ends_at > now() THEN known.hits ELSE 0 END,
        ends_at = CASE WHEN known.ends_at > now() THEN known.ends_at ELSE EXCLUDED.ends_at END
      RETURNING key, hits, greatest(0, extract(epoch FROM ends_at - now()) * 1000)::float8 AS "leftMs"`;
  }
}

import {
  FINAL_RUN_STATES,
  type Cleanup,
  type Cost,
  type HostAnalysis,
  type HostClock,
  type HostFacts,
  type LiveEventBody,
  type RunState,
  type RunStepView,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { EventLog } from '../live';
import { Database, storableJson, type Tx } from '../platform';

/** Moments of a run on our clock, ISO 8601, which say where its time went; null what nobody can say. */
export interface RunTiming {
  readonly claimedAt: string;
  /** The connection stood, and the probe was asked for. */
  readonly askedAt: string | null;
  /** The last byte of it had come. */
  readonly carriedAt: string;
  /** It had been read and judged. */
  readonly judgedAt: string;
}

/** What changes in a run; absent fields stay as they are. */
export interface RunPatch {
  state?: RunState;
  reason?: string | null;
  startedAt?: Date;
  endedAt?: Date;
  cost?: Cost;
  cleanup?: Cleanup;
  facts?: HostFacts;
  clock?: HostClock;
  steps?: RunStepView[];
  analysis?: HostAnalysis;
  headline?: Readonly<Record<string, number | null>>;
  timing?: RunTiming;
}

export interface RunChange {
  readonly runId: string;
  readonly investigation: string;
  /** The claim under which this is written; a run that was claimed again since refuses it. */
  readonly fence: number;
  readonly patch: RunPatch;
  /** Events that tell of it; they need what the row holds after the change. */
  readonly events: readonly LiveEventBody[];
  /** Joins the transaction: what must stand or fall with the change. */
  readonly also?: (tx: Tx) => Promise<void>;
}

const MAX_BATCH = 100;

/**
 * Writes the changes of runs, with their events, in groups: one transaction takes all that came while the one before it
 * committed. Hundreds of runs that end together so cost a handful of commits, and the counter of an investigation is
 * locked a handful of times.
 */
@Injectable()
export class RunLedger {
  private readonly waiting: { change: RunChange; done: (held: boolean) => void; failed: (error: unknown) => void }[] =
    [];
  private writing = false;

  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  /** Resolves when it is committed: false when the claim was lost or the run had ended, and nothing was written. */
  write(change: RunChange): Promise<boolean> {
    return new Promise((done, failed) => {
      this.waiting.push({ change, done, failed });
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.splice(0, MAX_BATCH);
        try {
          const held = await this.commit(batch.map(({ change }) => change));
          batch.forEach(({ done }, i) => done(held[i] === true));
        } catch (error) {
          if (batch.length === 1) batch[0]?.failed(error);
          // One bad change must not take its neighbours with it: each alone, then.
          else
            for (const { change, done, failed } of batch) {
              await this.commit([change]).then(([held]) => done(held === true), failed);
            }
        }
      }
    } finally {
      this.writing = false;
    }
  }

  private async commit(changes: readonly RunChange[]): Promise<boolean[]> {
    return this.database.$transaction(
      async (tx) => {
        const held: boolean[] = [];
        const events = new Map<string, LiveEventBody[]>();
        for (const change of changes) {
          const ok = await this.apply(tx, change);
          held.push(ok);
          if (ok && change.events.length > 0) {
            events.set(change.investigation, [...(events.get(change.investigation) ?? []), ...change.events]);
          }
        }
        // In one order everywhere, so that two processes never wait for each other's counters.
        for (const investigation of [...events.keys()].sort()) {
          await this.events.append(tx, investigation, events.get(investigation) ?? []);
        }
        return held;
      },
      { timeout: 30_000, maxWait: 30_000 },
    );
  }

  private async apply(tx: Tx, { runId, fence, patch, also }: RunChange): Promise<boolean> {
    const json = (value: object | undefined): string | null => (value === undefined ? null : storableJson(value));
    // Raw SQL: this is the most frequent write, and the client's own way through nested JSON costs more than the update.
    const count = await tx.$executeRaw`
      UPDATE run SET
        state = COALESCE(${patch.state ?? null}::text, state),
        reason = CASE WHEN ${patch.reason !== undefined}::boolean THEN ${patch.reason ?? null}::text ELSE reason END,
        started_at = COALESCE(${patch.startedAt ?? null}::timestamptz, started_at),
        ended_at = COALESCE(${patch.endedAt ?? null}::timestamptz, ended_at),
        cost = COALESCE(${json(patch.cost)}::jsonb, cost),
        cleanup = COALESCE(${json(patch.cleanup)}::jsonb, cleanup),
        facts = COALESCE(${json(patch.facts)}::jsonb, facts),
        clock = COALESCE(${json(patch.clock)}::jsonb, clock),
        steps = COALESCE(${json(patch.steps)}::jsonb, steps),
        analysis = COALESCE(${json(patch.analysis)}::jsonb, analysis),
        headline = COALESCE(${json(patch.headline)}::jsonb, headline),
        timing = COALESCE(${json(patch.timing)}::jsonb, timing)
      WHERE id = ${runId}::uuid AND fence = ${fence} AND NOT (state = ANY(${[...FINAL_RUN_STATES]}::text[]))`;
    if (count === 0) return false;
    await also?.(tx);
    return true;
  }
}

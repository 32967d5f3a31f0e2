import { type Verdict } from '@fleetscope/contracts';
import { Injectable, Logger } from '@nestjs/common';
import { FreezeService } from '../fleet';
import { MarksService } from '../insight';
import { CancelService, InvestigationReader } from '../investigations';
import { Database, ProblemException } from '../platform';

const BATCH = 50;
type Fed = { readonly baseline: 'fed' | 'kept-out'; readonly baselineReason: string | null };

/** Its first sentence: the whole is in the verdict. */
const criticalIn = (verdict: Verdict | null): string | null =>
  verdict?.statements.find(({ severity }) => severity === 'crit')?.text.split(/(?<=\.) /)[0] ?? null;

/** What is done with what schedules have started: baselines are fed with it, and a freeze stops it. */
@Injectable()
export class AfterFiring {
  private readonly log = new Logger('Schedules');

  constructor(
    private readonly database: Database,
    private readonly reader: InvestigationReader,
    private readonly marks: MarksService,
    private readonly canceller: CancelService,
    private readonly freeze: FreezeService,
  ) {}

  async feedBaselines(): Promise<void> {
    const waiting = await this.database.scheduleFiring.findMany({
      where: { baseline: 'waiting' },
      include: { schedule: { select: { name: true } } },
      orderBy: { due: 'asc' },
      take: BATCH,
    });
    const states = await this.reader.states(waiting.map(({ id }) => id));
    for (const { id, schedule } of waiting) {
      const found = states.get(id);
      if (found?.state === 'running' || found?.state === 'queued') continue;
      const data = found ? await this.feed(id, schedule.name, found) : { baseline: 'kept-out', baselineReason: 'gone' };
      await this.database.scheduleFiring.updateMany({ where: { id, baseline: 'waiting' }, data });
    }
  }

  /** What waits for its turn or runs is cancelled, and says so. */
  async stopFrozen(): Promise<void> {
    const { frozen, by } = await this.freeze.get();
    if (!frozen) return;
    const started = await this.database.scheduleFiring.findMany({
      where: { state: 'started', askedBy: null },
      orderBy: { due: 'desc' },
      take: BATCH,
    });
    const states = await this.reader.states(started.map(({ id }) => id));
    for (const [id, { state }] of states) {
      if (state !== 'running' && state !== 'queued') continue;
      await this.canceller
        .cancel(id, { id: 'freeze', name: `${by ?? 'somebody'} (freeze)`, role: 'operator', scope: null, via: 'token' })
        .catch((error: unknown) => this.log.warn({ err: error, investigation: id }, 'a freeze could not stop it yet'));
    }
  }

  private async feed(id: string, schedule: string, found: { state: string; verdict: Verdict | null }): Promise<Fed> {
    if (found.state !== 'succeeded') return { baseline: 'kept-out', baselineReason: `it ended ${found.state}` };
    const critical = criticalIn(found.verdict);
    if (critical !== null)
      return { baseline: 'kept-out', baselineReason: `critical, so no usual state: ${critical}`.slice(0, 500) };
    const mark = await this.marks.of(id);
    if (mark) return { baseline: 'kept-out', baselineReason: `${mark.markedBy} marked it as ${mark.kind}` };
    try {
      const actor = `schedule:${schedule}`;
      await this.marks.mark(
        await this.reader.judged(id, null),
        { kind: 'baseline', reason: `schedule ${schedule}` },
        actor,
      );
      return { baseline: 'fed', baselineReason: null };
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      return { baseline: 'kept-out', baselineReason: error.detail };
    }
  }
}

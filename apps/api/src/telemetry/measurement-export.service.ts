import { Inject, Injectable, Logger } from '@nestjs/common';
import { Outbound, OutboundError } from '../chatops';
import { type EndedForTrace } from '../investigations';
import { measurementsDropped, RUNTIME, type Runtime } from '../platform';
import { MeasuredRuns } from './measured-runs.service';
import { otlpMetrics } from './otlp-metrics';

/** Some 300 values each: a few megabytes. */
const RUNS_A_CALL = 50;
/** A receiver that is back has what waited call by call, while rounds go on. */
const CALLS_A_ROUND = 20;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** The body itself is what is refused: sent again, it would be again. */
const REFUSED_FOR_GOOD = new Set([400, 413, 422]);

/** Runs of one call. What they measured is read anew each time: it is not held while it waits. */
interface Waiting {
  readonly investigation: string;
  readonly runs: Parameters<MeasuredRuns['of']>[0];
}

/** Sends what an investigation's hosts measured, once it has ended, to an OTLP receiver. What that does not take waits, oldest first. */
@Injectable()
export class MeasurementExport {
  private readonly log = new Logger('MeasurementExport');
  private waiting: Waiting[] = [];
  private failures = 0;
  private pausedUntil = 0;

  constructor(
    private readonly measured: MeasuredRuns,
    private readonly outbound: Outbound,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'otlpMetrics' | 'version'>,
  ) {}

  get isWanted(): boolean {
    return this.runtime.otlpMetrics !== null;
  }

  async export(ended: readonly EndedForTrace[]): Promise<void> {
    const { otlpMetrics: to } = this.runtime;
    if (to === null) return;
    for (const { id, runs } of ended) this.gather(id, runs);
    this.shed(to.waitingRuns);
    for (let calls = 0; calls < CALLS_A_ROUND && Date.now() >= this.pausedUntil; calls += 1) {
      const [first] = this.waiting;
      if (!first) return;
      if (!(await this.send(first, to))) {
        this.pausedUntil = Date.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 16));
        this.failures += 1;
        return;
      }
      this.failures = 0;
      this.waiting.shift();
    }
  }

  /** Runs that were imported are of hosts of another installation. */
  private gather(investigation: string, runs: EndedForTrace['runs']): void {
    const own = runs
      .filter(({ imported }) => !imported)
      .map(({ id, hostName: host, hostClass, endedAt }) => ({ id, host, hostClass, endedAt }));
    for (let from = 0; from < own.length; from += RUNS_A_CALL)
      this.waiting.push({ investigation, runs: own.slice(from, from + RUNS_A_CALL) });
  }

  /** The oldest go first: who comes back wants to know how it is now. */
  private shed(most: number): void {
    let runs = this.waiting.reduce((sum, one) => sum + one.runs.length, 0);
    while (runs > most) {
      const oldest = this.waiting.shift();
      if (!oldest) return;
      runs -= oldest.runs.length;
      this.drop(oldest, `more than ${most} runs wait for the OTLP receiver`);
    }
  }

  /** @returns false where it is to be sent again. */
  private async send(call: Waiting, to: NonNullable<Runtime['otlpMetrics']>): Promise<boolean> {
    const measured = (await this.measured.of(call.runs)).filter(({ values }) => values.length > 0);
    if (measured.length === 0) return true;
    const body = JSON.stringify(otlpMetrics(measured, this.runtime.version));
    try {
      const headers = { ...to.headers, 'content-type': 'application/json' };
      const { status } = await this.outbound.call(to.url, { method: 'POST', headers, body });
      if (status < 300) return true;
      if (REFUSED_FOR_GOOD.has(status)) {
        this.drop(call, `the OTLP receiver answered ${status}`);
        return true;
      }
      this.log.warn({ investigation: call.investigation, status }, 'the OTLP receiver did not take measurements');
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      this.log.warn(`measurements of ${call.investigation} could not be sent: ${error.message}`);
    }
    return false;
  }

  private drop({ investigation, runs }: Waiting, why: string): void {
    measurementsDropped.inc(runs.length);
    this.log.error({ investigation, runs: runs.length }, `measurements are not sent: ${why}`);
  }
}

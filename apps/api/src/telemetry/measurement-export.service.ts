import { Inject, Injectable, Logger } from '@nestjs/common';
import { Outbound, OutboundError } from '../chatops';
import { type EndedForTrace } from '../investigations';
import { RUNTIME, type Runtime } from '../platform';
import { MeasuredRuns } from './measured-runs.service';
import { otlpMetrics } from './otlp-metrics';

/** Some 300 values each: a few megabytes. */
const RUNS_A_CALL = 50;
/** Rounds in which a call is tried, before what it carried is given up. */
const TRIES = 5;
const MAX_WAITING = 200;

interface Waiting {
  readonly body: string;
  readonly investigation: string;
  tries: number;
}

/** Sends what an investigation's hosts measured, once it has ended, to an OTLP receiver. What that does not take is sent again for a while. */
@Injectable()
export class MeasurementExport {
  private readonly log = new Logger('MeasurementExport');
  private waiting: Waiting[] = [];

  constructor(
    private readonly measured: MeasuredRuns,
    private readonly outbound: Outbound,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'otlpMetrics' | 'version'>,
  ) {}

  get isWanted(): boolean {
    return this.runtime.otlpMetrics !== null;
  }

  async export(ended: readonly EndedForTrace[]): Promise<void> {
    for (const { id, runs } of ended) await this.gather(id, runs);
    const round = this.waiting;
    this.waiting = [];
    for (const call of round) if (!(await this.send(call))) this.keep(call);
  }

  /** Runs that were imported are of hosts of another installation. */
  private async gather(investigation: string, runs: EndedForTrace['runs']): Promise<void> {
    const own = runs.filter(({ imported }) => !imported);
    for (let from = 0; from < own.length; from += RUNS_A_CALL) {
      const part = own.slice(from, from + RUNS_A_CALL).map(({ hostName: host, ...run }) => ({ ...run, host }));
      const measured = (await this.measured.of(part)).filter(({ values }) => values.length > 0);
      if (measured.length > 0)
        this.waiting.push({
          ...{ investigation, tries: 0 },
          body: JSON.stringify(otlpMetrics(measured, this.runtime.version)),
        });
    }
  }

  private async send(call: Waiting): Promise<boolean> {
    const { otlpMetrics: to } = this.runtime;
    if (to === null) return true;
    call.tries += 1;
    try {
      const headers = { ...to.headers, 'content-type': 'application/json' };
      const { status } = await this.outbound.call(to.url, { method: 'POST', headers, body: call.body });
      if (status < 300) return true;
      this.log.warn({ investigation: call.investigation, status }, 'the OTLP receiver did not take measurements');
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      this.log.warn(`measurements of ${call.investigation} could not be sent: ${error.message}`);
    }
    return false;
  }

  private keep(call: Waiting): void {
    if (call.tries < TRIES && this.waiting.length < MAX_WAITING) this.waiting.push(call);
    else this.log.error({ investigation: call.investigation }, 'measurements were not taken, and are not sent again');
  }
}

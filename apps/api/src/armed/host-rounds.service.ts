import { type ArmedView } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { HostVisits, TransportError } from '../execution';
import { FreezeService, HostsService, MaintenanceService, type PlannedHost } from '../fleet';
import { CatalogueService } from '../runbooks';
import { type ArmedCapture } from '../generated/prisma/client';
import { inputOf } from './armed-rows';
import { type HostWatch } from './host-watch';

/** Of a reading: connecting, six files, the end. */
const DEADLINE_MS = 10_000;
/** Connections of all armed captures of this process at the same time. */
const AT_ONCE = 16;
const RUNBOOK = 'watch-counters';
const STEP = 'counters';
/** Of a round, as the view shows it. */
const SHOWN = 10;

export interface Round {
  readonly latest: NonNullable<ArmedView['latest']>;
  /** Hosts whose condition has held long enough, the highest first. */
  readonly beyond: readonly { host: string; class: string; value: number }[];
  readonly readings: number;
  readonly cpuSeconds: number;
}

type Told = { host: PlannedHost; cpuSeconds: number } & (
  { reason: string } | { value: number; streak: number } | { first: true }
);

/** Reads the counters of the hosts of an armed capture, each once. */
@Injectable()
export class HostRounds {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly hosts: HostsService,
    private readonly visits: HostVisits,
    private readonly catalogue: CatalogueService,
    private readonly freeze: FreezeService,
    private readonly maintenance: MaintenanceService,
  ) {}

  async go(row: ArmedCapture, watch: HostWatch, signal: AbortSignal): Promise<Round> {
    const { targets, when } = inputOf(row);
    const hosts = await this.hosts.select(targets);
    const freeze = await this.freeze.get();
    const paused = freeze.frozen ? `the fleet is frozen, says ${freeze.by ?? ''}: ${freeze.why ?? ''}` : null;
    const quiet = await this.maintenance.quiet(hosts);
    const told =
      paused === null
        ? await Promise.all(
            hosts.map(async (host): Promise<Told> => {
              const why = quiet.get(host.name);
              if (why !== undefined) return { host, cpuSeconds: 0, reason: `maintenance: ${why}` };
              return this.inTurn(() => this.read(host, watch, signal));
            }),
          )
        : [];
    const values = told.flatMap((one) => ('value' in one ? [{ ...one }] : [])).sort((a, b) => b.value - a.value);
    const named = ({ host, value }: (typeof values)[number]): Round['beyond'][number] => ({
      ...{ host: host.name, class: host.class, value },
    });
    return {
      latest: {
        ...{ at: new Date().toISOString(), hosts: hosts.length, read: values.length, paused },
        highest: values.slice(0, SHOWN).map(named),
        unread: told
          .flatMap((one) => ('reason' in one ? [{ host: one.host.name, reason: one.reason }] : []))
          .slice(0, SHOWN),
      },
      beyond: values.filter(({ streak }) => streak >= when.readings).map(named),
      readings: told.filter((one) => !('reason' in one)).length,
      cpuSeconds: told.reduce((sum, one) => sum + one.cpuSeconds, 0),
    };
  }

  private async read(host: PlannedHost, watch: HostWatch, signal: AbortSignal): Promise<Told> {
    const view = await this.hosts.byId(host.id);
    if (!view || signal.aborted) return { host, cpuSeconds: 0, reason: 'it was not read: the round was stopped' };
    try {
      const found = await this.visits.visit(view, {
        ...{ runbook: this.catalogue.get(RUNBOOK), parameters: {}, deadlineMs: DEADLINE_MS, signal },
      });
      if (typeof found === 'string') return { host, cpuSeconds: 0, reason: found };
      const cpuSeconds = found.cost?.cpuSeconds ?? 0;
      const text = found.evidence.find(({ step, stream }) => step === STEP && stream === 'stdout')?.bytes;
      if (!text) return { host, cpuSeconds, reason: found.reason ?? 'it printed nothing' };
      const taken = watch.take(host.id, Buffer.from(text), Date.now());
      return { host, cpuSeconds, ...(taken ?? { first: true }) };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return { host, cpuSeconds: 0, reason: error.message };
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= AT_ONCE) await new Promise<void>((next) => this.waiting.push(next));
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

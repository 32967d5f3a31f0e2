import { INVESTIGATION_STATES, RUN_STATES } from '@fleetscope/contracts';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { AgentsService } from '../agents';
import { InvestigationReader } from '../investigations';
import { LiveGateway } from '../live';
import { REGISTRY } from '../platform';

/** A run's end is written a moment after it: what is younger is left for the next look. */
const LAG_MS = 3_000;
const EVERY_MS = 10_000;

/**
 * What Prometheus scrapes. Counts of investigations, runs and agents are those of the store, so that every process gives the
 * same; durations are of the runs that ended since this process started, whichever worker carried them out.
 */
@Injectable()
export class MetricsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Metrics');
  private readonly registry: Registry = REGISTRY;
  private timer: NodeJS.Timeout | undefined;
  private seenTo = new Date();

  private readonly investigations = this.gauge('fleetscope_investigations', 'Investigations in the store', ['state']);
  private readonly runs = this.gauge('fleetscope_runs', 'Runs in the store', ['state']);
  private readonly queue = this.gauge('fleetscope_queue_depth', 'Runs that wait for a worker', []);
  private readonly clients = this.gauge('fleetscope_websocket_clients', 'Websockets of this process', []);
  private readonly agents = this.gauge('fleetscope_agents', 'Pull agents, by whether they are heard of', ['state']);
  private readonly silence = this.gauge(
    'fleetscope_agents_longest_silence_seconds',
    'How long the agent that was silent longest has not been heard of; revoked ones do not count',
    [],
  );
  private readonly durations = new Histogram({
    name: 'fleetscope_run_duration_seconds',
    help: 'From the start of a probe to the end of its run, since this process started',
    labelNames: ['runbook', 'state'] as const,
    buckets: [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300],
    registers: [this.registry],
  });

  constructor(
    private readonly reader: InvestigationReader,
    private readonly agentsService: AgentsService,
    private readonly gateway: LiveGateway,
  ) {}

  onApplicationBootstrap(): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'fleetscope_' });
    this.timer = setInterval(
      () => void this.look().catch((error: unknown) => this.log.warn({ err: error }, 'will look again')),
      EVERY_MS,
    );
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.registry.clear();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  async text(): Promise<string> {
    await Promise.all([this.look(), this.count(), this.countAgents()]);
    this.clients.set(this.gateway.clientCount);
    return this.registry.metrics();
  }

  private gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private async look(): Promise<void> {
    const [from, to] = [this.seenTo, new Date(Date.now() - LAG_MS)];
    if (to <= from) return;
    this.seenTo = to;
    for (const { runbook, state, seconds } of await this.reader.endedBetween(from, to))
      if (seconds !== null) this.durations.observe({ runbook, state }, Math.max(0, seconds));
  }

  private async count(): Promise<void> {
    const counts = await this.reader.counts();
    const of = (what: string, state: string): number =>
      counts.find((row) => row.what === what && row.state === state)?.count ?? 0;
    for (const state of INVESTIGATION_STATES) this.investigations.set({ state }, of('investigation', state));
    for (const state of RUN_STATES) this.runs.set({ state }, of('run', state));
    this.queue.set(of('run', 'queued'));
  }

  private async countAgents(): Promise<void> {
    const agents = await this.agentsService.list(null);
    for (const state of ['online', 'offline', 'revoked'] as const)
      this.agents.set({ state }, agents.filter((agent) => agent.state === state).length);
    const seen = agents.flatMap(({ state, lastSeenAt, enrolledAt }) =>
      state === 'revoked' ? [] : [Date.parse(lastSeenAt ?? enrolledAt)],
    );
    this.silence.set(seen.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...seen)) / 1000);
  }
}

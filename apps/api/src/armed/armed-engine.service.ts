import { type ArmedView, parseDuration, readingWords, watchedUnit } from '@fleetscope/contracts';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type ArmedCapture } from '../generated/prisma/client';
import { PlanService } from '../investigations';
import { Database, ProblemException, Rounds, RUNTIME, type Runtime } from '../platform';
import { armedIdentityOf, caughtOf, everyMsOf, inputOf } from './armed-rows';
import { HostRounds, type Round } from './host-rounds.service';
import { HostWatch } from './host-watch';

const LOOK_MS = 1_000;
/** A process that did not go its rounds for so long is gone; another one takes over. */
const GONE_MS = 30_000;

type Beyond = Round['beyond'][number];

/** One that was removed and armed anew under the same name is another one. */
const keyOf = ({ name, createdAt }: ArmedCapture): string => `${name} ${createdAt.getTime()}`;

/** Goes round the hosts of what is armed, and starts captures where the condition has held. */
@Injectable()
export class ArmedEngine implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Armed');
  private readonly rounds = new Rounds(LOOK_MS, (error) => this.log.warn({ err: error }, 'will try again'));
  private readonly watches = new Map<string, HostWatch>();
  private readonly busy = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly hostRounds: HostRounds,
    private readonly plan: PlanService,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'worker'>,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(() => this.look());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.rounds.stop();
    await Promise.all(this.busy.values());
  }

  private async look(): Promise<void> {
    await this.database.armedCapture.updateMany({
      where: { state: 'armed', until: { lte: new Date() } },
      data: { state: 'ended', endedAt: new Date() },
    });
    const armed = await this.database.armedCapture.findMany({ where: { state: 'armed' } });
    const keys = new Set(armed.map(keyOf));
    for (const key of this.watches.keys()) if (!keys.has(key)) this.watches.delete(key);
    for (const row of await this.mine(armed)) {
      if (this.busy.has(row.name)) continue;
      const round = this.goRound(row)
        .catch((error: unknown) => this.log.warn({ err: error, armed: row.name }, 'a round failed'))
        .finally(() => this.busy.delete(row.name));
      this.busy.set(row.name, round);
    }
  }

  /** What is due and this process's own, or nobody's. One that was claimed counts as gone round, whatever comes of it. */
  private async mine(armed: readonly ArmedCapture[]): Promise<ArmedCapture[]> {
    const due = armed.filter(({ nextDue }) => nextDue.getTime() <= Date.now());
    const mine: ArmedCapture[] = [];
    for (const row of due) {
      const everyMs = everyMsOf(row);
      const isLeft = row.nextDue.getTime() < Date.now() - everyMs - GONE_MS;
      if (row.worker !== null && row.worker !== this.runtime.worker && !isLeft) continue;
      const { count } = await this.database.armedCapture.updateMany({
        where: { name: row.name, nextDue: row.nextDue, state: 'armed' },
        data: { worker: this.runtime.worker, nextDue: new Date(Date.now() + everyMs) },
      });
      if (count === 1) mine.push(row);
    }
    return mine;
  }

  private async goRound(row: ArmedCapture): Promise<void> {
    const { when } = inputOf(row);
    const key = keyOf(row);
    const watch = this.watches.get(key) ?? new HostWatch(when.watch, when.above, 3 * everyMsOf(row));
    this.watches.set(key, watch);
    const { latest, beyond, readings, cpuSeconds } = await this.round(row, watch);
    if (this.stopping.signal.aborted) return;
    const { count } = await this.database.armedCapture.updateMany({
      where: { name: row.name, createdAt: row.createdAt, state: 'armed' },
      data: { latest, readings: { increment: readings }, cpuSeconds: { increment: cpuSeconds } },
    });
    // Disarmed in the meantime: nothing is caught any more.
    if (count > 0 && beyond.length > 0) await this.catch(row, beyond);
  }

  /** Hosts that are gone are what it says, not a fault. */
  private async round(row: ArmedCapture, watch: HostWatch): Promise<Round> {
    try {
      return await this.hostRounds.go(row, watch, this.stopping.signal);
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      const latest = { at: new Date().toISOString(), hosts: 0, read: 0, highest: [], unread: [], paused: error.detail };
      return { latest, beyond: [], readings: 0, cpuSeconds: 0 };
    }
  }

  /** Written down before it is started: a process that is killed in between starts nothing twice. */
  private async catch(row: ArmedCapture, beyond: readonly Beyond[]): Promise<void> {
    const { capture, maxHosts, cooldown, when, reason } = inputOf(row);
    const before = caughtOf(row);
    const last = before.at(-1);
    if (last && Date.now() - Date.parse(last.at) < (parseDuration(cooldown) ?? 0)) return;
    const had = new Set(before.flatMap(({ hosts }) => hosts.map(({ host }) => host)));
    const hosts = beyond.filter(({ host }) => !had.has(host)).slice(0, maxHosts - had.size);
    if (hosts.length === 0) return;
    const id = randomUUID();
    const all = [...before, { at: new Date().toISOString(), investigation: id, hosts: [...hosts], problem: null }];
    const isFull = had.size + hosts.length >= maxHosts;
    await this.write(row, all, isFull ? { state: 'caught', endedAt: new Date() } : {});
    const values = hosts.map(({ host, value }) => `${readingWords(when.watch, value)} on ${host}`).join(', ');
    const why = `${row.name}: ${when.watch} ${values}, above ${when.above}${watchedUnit(when.watch)} in ${when.readings} reading(s) in a row`;
    try {
      await this.plan.create(
        {
          ...{ runbook: capture.runbook, parameters: capture.parameters },
          ...{ targets: { hosts: hosts.map(({ host }) => host) } },
          reason: `${reason === '' ? '' : `${reason}; `}armed capture ${why}`.slice(0, 500),
        },
        armedIdentityOf(row),
        { id },
      );
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      await this.write(
        row,
        all.map((one) => (one.investigation === id ? { ...one, problem: error.detail } : one)),
        {},
      );
    }
  }

  private async write(
    { name, createdAt }: ArmedCapture,
    caught: ArmedView['caught'],
    more: { state?: string; endedAt?: Date },
  ): Promise<void> {
    await this.database.armedCapture.updateMany({ where: { name, createdAt }, data: { caught, ...more } });
  }
}

import { type ParameterValues, type Runbook } from '@fleetscope/contracts';
import { runbookDigest, writtenParameters } from '@fleetscope/runbooks';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LEASE_CHANNEL, LeasesService, type LeaseStatus } from '../../agents';
import { PostgresBus } from '../../platform';
import { type RunEnd, type RunOptions, TransportError } from './transport';

/** What an agent is asked for: a runbook by its name, never a program. */
export interface AgentErrand {
  readonly runId: string;
  readonly fence: number;
  readonly hostId: string;
  readonly hostName: string;
  readonly runbook: Runbook;
  readonly parameters: ParameterValues;
}

/** An agent that is there takes a run within milliseconds. */
const PICK_UP_MS = 8_000;
/** From asking an agent to stop to giving up on it: the probe needs two seconds to end what ignores TERM. */
const GRACE_MS = 4_000;
const LOOK_MS = 1_000;
/** Chunks of this time are read together. */
const GATHER_MS = 50;
const BATCH = 32;

interface Carrying {
  readonly errand: AgentErrand;
  readonly options: RunOptions;
  readonly fence: number;
  from: number;
}

/**
 * Carries a run through the agent of its host: opens a lease that the agent takes, and reads the chunks that arrive in
 * Postgres, in whichever process they were received. A worker that takes over in mid-run reads them from the first.
 */
@Injectable()
export class AgentTransport implements OnModuleInit {
  private readonly wakes = new Map<string, () => void>();

  constructor(
    private readonly leases: LeasesService,
    private readonly bus: PostgresBus,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.bus.listen(LEASE_CHANNEL, (runId) => this.wakes.get(runId)?.());
  }

  /** @throws TransportError when no agent came for it, or the agent refused it or was lost. */
  async run(errand: AgentErrand, options: RunOptions): Promise<RunEnd> {
    const { runId, hostId, runbook, parameters } = errand;
    const fence = await this.leases.open({
      runId,
      hostId,
      fence: errand.fence,
      runbook: runbook.id,
      runbookVersion: runbook.version,
      runbookDigest: runbookDigest(runbook),
      parameters: writtenParameters(runbook, parameters),
      deadline: new Date(Date.now() + options.deadlineMs),
    });
    const carrying: Carrying = { errand, options, fence, from: 0 };
    try {
      return await this.follow(carrying);
    } finally {
      this.wakes.delete(runId);
      await this.leases.close(runId, fence);
    }
  }

  /** The run has ended and its record is stored. */
  async forget(runId: string): Promise<void> {
    await this.leases.forget(runId);
  }

  private async follow(carrying: Carrying): Promise<RunEnd> {
    const { errand, options, fence } = carrying;
    const beganAt = Date.now();
    let stopping: { why: 'cancelled' | 'deadline'; at: number } | null = null;
    for (;;) {
      const woken = this.woken(errand.runId, options.signal);
      const status = await this.leases.status(errand.runId, fence);
      if (!status || status.state === 'closed')
        throw new TransportError('dropped', `The lease of ${errand.hostName}'s agent was ended.`, {
          probeStarted: true,
        });
      await this.read(carrying, status.nextSeq);
      if (status.end) return this.ended(carrying, status, stopping?.why === 'cancelled');
      const now = Date.now();
      if (!stopping && (options.signal?.aborted || now - beganAt > options.deadlineMs)) {
        stopping = { why: options.signal?.aborted ? 'cancelled' : 'deadline', at: now };
        if (status.state === 'open' && (await this.leases.withdraw(errand.runId, fence)))
          return this.stopped(carrying, stopping.why);
        await this.leases.cancel(errand.runId, fence, errand.hostId);
      }
      if (stopping && now - stopping.at > GRACE_MS) return this.stopped(carrying, stopping.why);
      await this.checkContact(carrying, status, now - beganAt);
      await woken;
    }
  }

  private async checkContact({ errand, fence }: Carrying, status: LeaseStatus, waitedMs: number): Promise<void> {
    if (status.state === 'open' && waitedMs > PICK_UP_MS && (await this.leases.withdraw(errand.runId, fence)))
      throw new TransportError(
        'unreachable',
        `The agent of ${errand.hostName} did not come for the run within ${PICK_UP_MS / 1000} s: look whether it runs there (systemctl status fleetscope-agent) and what \`fleetscope agents show ${errand.hostName}\` says.`,
      );
    if (status.state === 'taken' && status.leasedUntil && status.leasedUntil.getTime() < Date.now())
      throw new TransportError(
        'dropped',
        `The agent of ${errand.hostName} was not heard of until its lease lapsed: it was stopped, or its network was cut; kept what had arrived.`,
        { probeStarted: true },
      );
  }

  private async read(carrying: Carrying, nextSeq: number): Promise<void> {
    const { errand, options, fence } = carrying;
    while (carrying.from < nextSeq) {
      const chunks = await this.leases.chunks(errand.runId, fence, carrying.from, BATCH);
      for (const { bytes } of chunks) options.onBytes(bytes);
      // A chunk without bytes has no row.
      carrying.from = chunks.length < BATCH ? nextSeq : (chunks.at(-1)?.seq ?? nextSeq) + 1;
    }
  }

  private ended({ errand }: Carrying, { end }: LeaseStatus, cancelled: boolean): RunEnd {
    if (end?.refused)
      throw new TransportError('policy', `The agent of ${errand.hostName} refuses this run: ${end.refused}.`);
    if (end?.lost) throw new TransportError('dropped', `${end.lost}; kept what had arrived.`, { probeStarted: true });
    return { exitStatus: end?.exitStatus ?? null, signal: end?.signal ?? null, stderr: end?.stderr ?? '', cancelled };
  }

  private stopped({ errand, options }: Carrying, why: 'cancelled' | 'deadline'): RunEnd {
    if (why === 'cancelled') return { exitStatus: null, signal: null, stderr: '', cancelled: true };
    throw new TransportError(
      'timeout',
      `The agent of ${errand.hostName} was asked to stop: the run took longer than ${options.deadlineMs} ms.`,
      { probeStarted: true },
    );
  }

  /** Resolves when the lease changed, the run is to stop, or it is time to look. */
  private woken(runId: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      let timer = setTimeout(() => done(), LOOK_MS);
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.wakes.set(runId, () => {
        clearTimeout(timer);
        timer = setTimeout(done, GATHER_MS);
      });
      if (!signal?.aborted) signal?.addEventListener('abort', done, { once: true });
    });
  }
}

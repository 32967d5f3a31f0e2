import { type HostView, type ParameterValues, type Runbook, type TransportName } from '@fleetscope/contracts';
import { type CompiledProbe } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { HostsService } from '../fleet';
import { HostBudgets, type RunTask } from '../investigations';
import { TargetsService } from './targets.service';
import {
  AgentTransport,
  explainEnd,
  LocalTransport,
  OpenSshTransport,
  SshTransport,
  TransportError,
  type RunOptions,
  type Transport,
} from './transports';

/** Connections that were turned down rather than not made: the host is there and says no, or is not whom we know. */
const REFUSALS: ReadonlySet<TransportError['kind']> = new Set([
  'auth',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'policy',
]);

export const unreachedState = (error: TransportError): 'refused' | 'unreachable' =>
  REFUSALS.has(error.kind) ? 'refused' : 'unreachable';

/** What is to be run: the program for those who are sent one, and its name for those who have their own. */
export interface Load {
  readonly runId: string;
  readonly fence: number;
  readonly runbook: Runbook;
  readonly parameters: ParameterValues;
  readonly probe: CompiledProbe;
}

/** Those that connect to a host themselves. */
@Injectable()
export class DirectTransports {
  constructor(
    private readonly local: LocalTransport,
    private readonly ssh: SshTransport,
    private readonly openssh: OpenSshTransport,
  ) {}

  of(name: Exclude<TransportName, 'agent'>): Transport {
    return { local: this.local, ssh: this.ssh, openssh: this.openssh }[name];
  }
}

/** Carries a probe to a host by the transport the host is set to. */
@Injectable()
export class Carrier {
  constructor(
    private readonly hosts: HostsService,
    private readonly targets: TargetsService,
    private readonly direct: DirectTransports,
    private readonly agent: AgentTransport,
    private readonly budgets: HostBudgets,
  ) {}

  /** @returns what the remote shell said when it ended without the probe having begun, in plain words. */
  async carry(
    task: Pick<RunTask, 'hostId' | 'hostName' | 'despiteBudget'>,
    load: Load,
    options: RunOptions,
  ): Promise<string | null> {
    const host = task.hostId ? await this.hosts.byId(task.hostId) : null;
    if (!host) throw new TransportError('unreachable', `${task.hostName} was removed from the fleet before its turn`);
    const spent = task.despiteBudget ? undefined : (await this.budgets.exhausted([host.id])).get(host.id);
    if (spent !== undefined) throw new TransportError('policy', spent);
    return this.carryTo(host, load, options);
  }

  async carryTo(host: HostView, load: Load, options: RunOptions): Promise<string | null> {
    const { hold } = host;
    if (hold) {
      const until = hold.until === null ? 'until it is released' : `until ${hold.until}`;
      throw new TransportError('policy', `not to be touched ${until}, says ${hold.by}: ${hold.why}`);
    }
    if (host.transport === 'agent') {
      const end = await this.agent.run({ ...load, hostId: host.id, hostName: host.name }, options);
      return explainEnd({ name: host.name, user: 'the agent', become: null }, end);
    }
    const target = await this.targets.of(host);
    const end = await this.direct.of(host.transport).run(target, load.probe.program, options);
    return explainEnd(target, end);
  }

  /** The run has ended and its record is stored: what a transport kept of it may go. */
  async forget(runId: string): Promise<void> {
    await this.agent.forget(runId);
  }
}

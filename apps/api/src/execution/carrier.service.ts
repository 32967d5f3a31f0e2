import { type HostView } from '@fleetscope/contracts';
import { type CompiledProbe } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { HostsService } from '../fleet';
import { type RunTask } from '../investigations';
import { TargetsService } from './targets.service';
import {
  explainEnd,
  LocalTransport,
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
]);

export const unreachedState = (error: TransportError): 'refused' | 'unreachable' =>
  REFUSALS.has(error.kind) ? 'refused' : 'unreachable';

/** Carries a probe to a host by the transport the host is set to. */
@Injectable()
export class Carrier {
  constructor(
    private readonly hosts: HostsService,
    private readonly targets: TargetsService,
    private readonly local: LocalTransport,
    private readonly ssh: SshTransport,
  ) {}

  /** @returns what the remote shell said when it ended without the probe having begun, in plain words. */
  async carry(
    task: Pick<RunTask, 'hostId' | 'hostName'>,
    probe: CompiledProbe,
    options: RunOptions,
  ): Promise<string | null> {
    const host = task.hostId ? await this.hosts.byId(task.hostId) : null;
    if (!host) throw new TransportError('unreachable', `${task.hostName} was removed from the fleet before its turn`);
    return this.carryTo(host, probe, options);
  }

  async carryTo(host: HostView, probe: CompiledProbe, options: RunOptions): Promise<string | null> {
    const target = await this.targets.of(host);
    const end = await this.transport(host).run(target, probe.program, options);
    return explainEnd(target, end);
  }

  private transport(host: HostView): Transport {
    return host.transport === 'local' ? this.local : this.ssh;
  }
}

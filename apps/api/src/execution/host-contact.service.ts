import { type HostCheck, type HostFacts, type HostView, type Identity, type PresentedKey } from '@fleetscope/contracts';
import { allNeeds, compileProbe, PREFLIGHT, readiness } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { HostsService } from '../fleet';
import { CatalogueService } from '../runbooks';
import { unreachedState } from './carrier.service';
import { HostKeyLookup } from './host-key-lookup.service';
import { HostVisits } from './host-visits.service';
import { TransportError } from './transports';

const CHECK_MS = 15_000;

/** What certificates, hardware keys and newer algorithms look like to who doesn't know them. */
const OPENSSH_MAY: ReadonlySet<TransportError['kind']> = new Set(['auth', 'host-key-unknown', 'incompatible']);

interface Preflight {
  readonly facts: HostFacts | null;
  readonly failure: { state: 'unreachable' | 'refused'; reason: string } | null;
  readonly isHeld: boolean;
  readonly mayNeedOpenSsh: boolean;
}

/** First contact with a host: which key it shows, whether it lets us in, what could run there. */
@Injectable()
export class HostContactService {
  constructor(
    private readonly hosts: HostsService,
    private readonly visits: HostVisits,
    private readonly catalogue: CatalogueService,
    private readonly keys: HostKeyLookup,
  ) {}

  async check(name: string, caller: Identity): Promise<HostCheck> {
    const host = await this.hosts.get(name);
    const first = await this.preflight(host);
    const second = first.mayNeedOpenSsh ? await this.preflight({ ...host, transport: 'openssh' }) : null;
    const { facts, failure, isHeld } = second?.facts ? second : first;
    if (!facts) {
      const contact = failure ?? { state: 'refused' as const, reason: 'the host answered without its facts' };
      if (!isHeld) await this.hosts.recordContact(host.id, contact);
      return { host: name, ...contact, switched: null, facts: null, readiness: [] };
    }
    const switched = second?.facts ? { to: 'openssh' as const, why: first.failure?.reason ?? '' } : null;
    if (switched) await this.hosts.updateBy(caller, name, { transport: switched.to });
    await this.hosts.recordContact(host.id, { facts });
    return {
      host: name,
      state: 'reachable',
      reason: null,
      switched,
      facts,
      readiness: this.catalogue.list().map((runbook) => readiness(runbook, facts)),
    };
  }

  private async preflight(host: HostView): Promise<Preflight> {
    const probe = compileProbe(PREFLIGHT, {}, { needs: allNeeds(this.catalogue.list()) });
    const told: Preflight = { facts: null, failure: null, isHeld: false, mayNeedOpenSsh: false };
    try {
      const found = await this.visits.visit(host, {
        ...{ runbook: PREFLIGHT, parameters: {}, probe, deadlineMs: CHECK_MS },
      });
      return typeof found === 'string'
        ? { ...told, failure: { state: 'refused', reason: found } }
        : { ...told, facts: found.facts };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return {
        ...told,
        failure: { state: unreachedState(error), reason: error.message },
        isHeld: error.kind === 'policy',
        mayNeedOpenSsh: host.transport === 'ssh' && !host.identitySecret && OPENSSH_MAY.has(error.kind),
      };
    }
  }

  presentedKey(name: string): Promise<PresentedKey> {
    return this.keys.presented(name);
  }

  /** Trusts the key the host shows now, if it is the one that was looked at. */
  async trust(name: string, fingerprint: string, replace: boolean, caller: Identity): Promise<PresentedKey> {
    return this.keys.trust(name, fingerprint, replace, caller);
  }
}

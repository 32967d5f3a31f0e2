import { type HostCheck, type Identity, type PresentedKey } from '@fleetscope/contracts';
import { allNeeds, compileProbe, PREFLIGHT, readiness } from '@fleetscope/runbooks';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { HostsService } from '../fleet';
import { CatalogueService } from '../runbooks';
import { Carrier, unreachedState } from './carrier.service';
import { HostKeyLookup } from './host-key-lookup.service';
import { RunRecorder } from './run-recorder';
import { UNWATCHED } from './recorders.service';
import { TransportError } from './transports';

const CHECK_MS = 15_000;

/** First contact with a host: which key it shows, whether it lets us in, what could run there. */
@Injectable()
export class HostContactService {
  constructor(
    private readonly hosts: HostsService,
    private readonly carrier: Carrier,
    private readonly catalogue: CatalogueService,
    private readonly keys: HostKeyLookup,
  ) {}

  async check(name: string): Promise<HostCheck> {
    const host = await this.hosts.get(name);
    const probe = compileProbe(PREFLIGHT, {}, { needs: allNeeds(this.catalogue.list()) });
    const load = { runId: randomUUID(), fence: 1, runbook: PREFLIGHT, parameters: {}, probe };
    const recorder = new RunRecorder(name, probe, new Map(), UNWATCHED);
    let failure: { state: 'unreachable' | 'refused'; reason: string } | null = null;
    let isHeld = false;
    try {
      const said = await this.carrier.carryTo(host, load, {
        onBytes: (bytes) => recorder.push(bytes),
        deadlineMs: CHECK_MS,
      });
      if (!recorder.started) failure = { state: 'refused', reason: said ?? (recorder.said || 'the host ran no probe') };
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      failure = { state: unreachedState(error), reason: error.message };
      isHeld = error.kind === 'policy';
    } finally {
      await this.carrier.forget(load.runId);
    }
    const { facts } = recorder.finish(null);
    if (failure ?? !facts) {
      const contact = failure ?? { state: 'refused' as const, reason: 'the host answered without its facts' };
      if (!isHeld) await this.hosts.recordContact(host.id, contact);
      return { host: name, ...contact, facts: null, readiness: [] };
    }
    await this.hosts.recordContact(host.id, { facts });
    return {
      host: name,
      state: 'reachable',
      reason: null,
      facts,
      readiness: this.catalogue.list().map((runbook) => readiness(runbook, facts)),
    };
  }

  presentedKey(name: string): Promise<PresentedKey> {
    return this.keys.presented(name);
  }

  /** Trusts the key the host shows now, if it is the one that was looked at. */
  async trust(name: string, fingerprint: string, replace: boolean, caller: Identity): Promise<PresentedKey> {
    return this.keys.trust(name, fingerprint, replace, caller);
  }
}

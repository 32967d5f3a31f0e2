import { type LeaseAnswer, type LeaseRequest } from '@fleetscope/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PostgresBus } from '../platform';
import { AgentsService, revoked, type KnownAgent } from './agents.service';
import { HOST_CHANNEL, LeasesService } from './leases.service';

/** Long-polls of agents: each waits until something is there for its host, its time is up, or it hangs up. */
@Injectable()
export class LeasePolls implements OnModuleInit {
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(
    private readonly agents: AgentsService,
    private readonly leases: LeasesService,
    private readonly bus: PostgresBus,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.bus.listen(HOST_CHANNEL, (hostId) => this.waiting.get(hostId)?.forEach((wake) => wake()));
    this.bus.onReconnect(() => this.waiting.forEach((wakes) => wakes.forEach((wake) => wake())));
  }

  async poll(agent: KnownAgent, request: LeaseRequest, hungUp: AbortSignal): Promise<LeaseAnswer> {
    await this.agents.seen(agent.id, request);
    const endsAt = Date.now() + request.waitMs;
    for (;;) {
      // Before looking: what comes while we look must wake us, too.
      const woken = this.wait(agent.hostId, endsAt, hungUp);
      const { cancel, gone } = await this.leases.renew(agent.id, request.holding);
      // An answer that nobody waits for any more must not take a run with it.
      const may = request.room > 0 && !hungUp.aborted;
      const lease = may ? await this.leases.take(agent.id, agent.hostId, request.holding) : null;
      if (lease || cancel.length > 0 || gone.length > 0 || hungUp.aborted || Date.now() >= endsAt) {
        woken.stop();
        return { lease, cancel, gone };
      }
      await woken.done;
      const now = await this.agents.known(agent.id);
      if (!now || now.revokedAt) throw revoked();
    }
  }

  private wait(hostId: string, endsAt: number, hungUp: AbortSignal): { done: Promise<void>; stop: () => void } {
    let stop: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      const wakes = this.waiting.get(hostId) ?? new Set();
      this.waiting.set(hostId, wakes);
      const timer = setTimeout(() => stop(), Math.max(0, endsAt - Date.now()));
      stop = (): void => {
        clearTimeout(timer);
        wakes.delete(stop);
        if (wakes.size === 0 && this.waiting.get(hostId) === wakes) this.waiting.delete(hostId);
        hungUp.removeEventListener('abort', stop);
        resolve();
      };
      wakes.add(stop);
      hungUp.addEventListener('abort', stop, { once: true });
    });
    return { done, stop };
  }
}

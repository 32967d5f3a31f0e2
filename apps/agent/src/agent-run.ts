import { MAX_CHUNK_BYTES, type AgentRunEnd } from '@fleetscope/contracts';
import { gzipSync } from 'node:zlib';
import { type ControlPlaneClient } from './control-plane.client';
import { type Probe } from './probe';
import { type Spool } from './spool';
import { Uploader } from './uploader';

export interface RunLimits {
  /** Bytes of this time are one chunk. */
  readonly gatherMs: number;
  /** How long a full spool holds the probe back before it is ended. */
  readonly fullMs: number;
}

export const RUN_LIMITS: RunLimits = { gatherMs: 250, fullMs: 5_000 };

const NOTHING: AgentRunEnd = { exitStatus: null, signal: null, stderr: '', refused: null, lost: null };

/** One run in hand: the probe, its bytes in chunks, the spool between it and the network. */
export class AgentRun {
  private readonly uploader: Uploader;
  private probe: Probe | undefined;
  private readonly gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private fullTimer: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private lost: string | null = null;

  constructor(
    run: { readonly runId: string; readonly fence: number },
    private readonly spool: Spool,
    client: ControlPlaneClient,
    private readonly limits: RunLimits = RUN_LIMITS,
  ) {
    this.uploader = new Uploader(run, spool, client, () => this.onRoom());
  }

  /** Resolves when the control plane has all of it, or wants none of it. */
  async carry(begin: (onBytes: (bytes: Buffer) => void) => Probe, deadlineMs: number): Promise<void> {
    this.spool.begin();
    const uploaded = this.uploader.work();
    const probe = begin((bytes) => this.take(bytes));
    this.probe = probe;
    this.deadline = setTimeout(() => this.stop(), deadlineMs);
    const end = await probe.ended;
    clearTimeout(this.deadline);
    clearTimeout(this.timer);
    clearTimeout(this.fullTimer);
    while (this.gatheredBytes > 0 && this.lost === null) if (!this.seal()) this.lose();
    this.uploader.finish({ ...NOTHING, ...end, lost: this.lost });
    await uploaded;
    this.spool.drop();
  }

  /** It is not run here; the control plane is told why. */
  async refuse(reason: string): Promise<void> {
    this.uploader.finish({ ...NOTHING, refused: reason.slice(0, 500) });
    await this.uploader.work();
    this.spool.drop();
  }

  /** What a killed agent left of a run: sent, with the reason why there is no more. */
  async deliver(reason: string): Promise<void> {
    this.spool.load();
    this.uploader.finish({ ...NOTHING, lost: reason });
    await this.uploader.work();
    this.spool.drop();
  }

  /** Ends the probe by its lifeline; what it says until then is still sent. */
  stop(reason: string | null = null): void {
    this.lost ??= reason;
    this.probe?.stop();
  }

  /** Nobody waits for it any more: the probe is ended and its bytes are forgotten. */
  abandon(): void {
    this.uploader.stop();
    this.probe?.stop();
    this.probe?.resume();
  }

  private take(bytes: Buffer): void {
    if (this.lost !== null && this.gatheredBytes === 0 && this.fullTimer === undefined && this.isFull) return;
    this.gathered.push(bytes);
    this.gatheredBytes += bytes.length;
    if (this.gatheredBytes >= MAX_CHUNK_BYTES) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.limits.gatherMs);
  }

  private isFull = false;

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.gatheredBytes > 0) {
      if (this.seal()) continue;
      this.probe?.pause();
      this.fullTimer ??= setTimeout(() => this.lose(), this.limits.fullMs);
      return;
    }
  }

  /** One chunk into the spool; false when it has no room. */
  private seal(): boolean {
    const all = Buffer.concat(this.gathered);
    const chunk = all.subarray(0, MAX_CHUNK_BYTES);
    if (!this.spool.put(gzipSync(chunk, { level: 1 }))) {
      this.gathered.splice(0, this.gathered.length, all);
      return false;
    }
    const rest = all.subarray(MAX_CHUNK_BYTES);
    this.gathered.splice(0, this.gathered.length, ...(rest.length > 0 ? [rest] : []));
    this.gatheredBytes = rest.length;
    this.uploader.notify();
    return true;
  }

  private onRoom(): void {
    if (this.fullTimer === undefined || this.isFull) return;
    clearTimeout(this.fullTimer);
    this.fullTimer = undefined;
    this.probe?.resume();
    this.flush();
  }

  /** The spool is full and stays so: an end that says so is worth more than a gap in the middle. */
  private lose(): void {
    this.fullTimer = undefined;
    this.isFull = true;
    this.gathered.length = 0;
    this.gatheredBytes = 0;
    this.lost = "the agent's spool was full while the control plane was away, so the probe was ended";
    this.probe?.stop();
    this.probe?.resume();
  }
}

import { type AgentRunEnd } from '@fleetscope/contracts';
import { backoffMs, BUSY_BACKOFF, pause } from './backoff';
import { Refusal, type ControlPlaneClient } from './control-plane.client';
import { type Spool } from './spool';

const CHUNKS_MISSING = 'bytes of the probe were lost on the way';

/** Brings the chunks of one run to the control plane, in order, each until it is acknowledged. */
export class Uploader {
  private end: AgentRunEnd | null = null;
  private wake: () => void = () => undefined;
  private readonly stopped = new AbortController();

  constructor(
    private readonly run: { readonly runId: string; readonly fence: number },
    private readonly spool: Spool,
    private readonly client: ControlPlaneClient,
    private readonly onRoom: () => void,
  ) {}

  /** Something was put into the spool. */
  notify(): void {
    this.wake();
  }

  /** After the last chunk. */
  finish(end: AgentRunEnd): void {
    this.end = end;
    this.wake();
  }

  /** The control plane wants no more of it. */
  stop(): void {
    this.stopped.abort();
    this.wake();
  }

  /** Resolves when all of it has arrived: true; or nobody wants it any more: false. */
  async work(): Promise<boolean> {
    let failures = 0;
    let endSeq: number | null = null;
    while (!this.stopped.signal.aborted) {
      const woken = new Promise<void>((done) => (this.wake = done));
      const head = this.spool.head();
      if (!head && !this.end) {
        await woken;
        continue;
      }
      try {
        const seq: number = head ? head.seq : (endSeq ?? this.spool.next);
        const next: number = await this.client.sendChunk(this.run.runId, {
          fence: this.run.fence,
          seq,
          data: head ? head.data.toString('base64') : '',
          end: head ? null : this.end,
        });
        failures = 0;
        if (!head) {
          if (next === seq + 1) return true;
          endSeq = next;
        } else if (next < seq) {
          // What it waits for is no longer here: the rest can't be joined to it.
          this.spool.acknowledge(Infinity);
          this.end = {
            exitStatus: null,
            signal: null,
            stderr: '',
            refused: null,
            lost: this.end?.lost ?? CHUNKS_MISSING,
          };
          endSeq = next;
        } else {
          this.spool.acknowledge(next);
          this.onRoom();
        }
      } catch (error) {
        if (
          error instanceof Refusal &&
          error.status >= 400 &&
          error.status < 500 &&
          error.status !== 401 &&
          error.status !== 429
        )
          return false;
        failures += 1;
        await pause(backoffMs(failures, BUSY_BACKOFF), this.stopped.signal);
      }
    }
    return false;
  }
}

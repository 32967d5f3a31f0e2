import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PostgresBus } from '../platform';

const WATCH_CHANNEL = 'fleetscope_tail_watch';
const LINES_CHANNEL = 'fleetscope_tail_lines';
const WATCH_MS = 30_000;
// Postgres refuses payloads of 8,000 bytes and more; text may double when it is quoted as JSON.
const MAX_PAYLOAD = 7_600;
const FLUSH_MS = 80;
const MAX_LINE = 1_000;

export interface TailLine {
  step: string;
  stream: 'stdout' | 'stderr';
  text: string;
  /** When the line reached the control plane, epoch milliseconds. */
  at: number;
}
export type TailBatch = { runId: string; lines: TailLine[]; dropped: number };

/**
 * Raw lines of a run while it runs, for whoever watches it: lossy on purpose, apart from the event log. Nothing is sent
 * for a run nobody watches.
 */
@Injectable()
export class TailService implements OnModuleInit {
  private readonly watchedUntil = new Map<string, number>();
  private readonly pending = new Map<string, { lines: TailLine[]; bytes: number; dropped: number }>();
  private readonly listeners = new Set<(batch: TailBatch) => void>();

  constructor(private readonly bus: PostgresBus) {}

  async onModuleInit(): Promise<void> {
    await this.bus.listen(WATCH_CHANNEL, (runId) => this.watchedUntil.set(runId, Date.now() + WATCH_MS));
    await this.bus.listen(LINES_CHANNEL, (payload) => {
      const batch = JSON.parse(payload) as TailBatch;
      this.listeners.forEach((listener) => listener(batch));
    });
  }

  /** Call again within 30 s to go on watching. */
  async watch(runId: string): Promise<void> {
    await this.bus.notify(WATCH_CHANNEL, runId);
  }

  onLines(listener: (batch: TailBatch) => void): void {
    this.listeners.add(listener);
  }

  isWatched(runId: string): boolean {
    const until = this.watchedUntil.get(runId);
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    this.watchedUntil.delete(runId);
    return false;
  }

  offer(runId: string, line: TailLine): void {
    if (!this.isWatched(runId)) return;
    let batch = this.pending.get(runId);
    if (!batch) {
      batch = { lines: [], bytes: 0, dropped: 0 };
      this.pending.set(runId, batch);
      setTimeout(() => this.flush(runId), FLUSH_MS);
    }
    const text = line.text.length > MAX_LINE ? `${line.text.slice(0, MAX_LINE)}…` : line.text;
    const bytes = Buffer.byteLength(JSON.stringify(text)) + 80;
    if (batch.bytes + bytes > MAX_PAYLOAD) {
      batch.dropped += 1;
      return;
    }
    batch.bytes += bytes;
    batch.lines.push({ ...line, text });
  }

  private flush(runId: string): void {
    const batch = this.pending.get(runId);
    this.pending.delete(runId);
    if (!batch) return;
    const payload: TailBatch = { runId, lines: batch.lines, dropped: batch.dropped };
    this.bus.notify(LINES_CHANNEL, JSON.stringify(payload)).catch(() => undefined);
  }
}

import { createParser } from '@fleetscope/parsers';
import { watchedValue } from '@fleetscope/analysis';
import { type Watched } from '@fleetscope/contracts';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

interface Known {
  /** The text of the latest reading, packed: hundreds of hosts are held here for hours. */
  packed: Buffer;
  at: number;
  /** Readings in a row that were beyond the bound. */
  streak: number;
}

/** What one armed capture knows of its hosts: the reading before, and for how long the condition has held. */
export class HostWatch {
  private readonly hosts = new Map<string, Known>();

  /** A reading that is older than `staleMs` is not compared with. */
  constructor(
    private readonly watched: Watched,
    private readonly above: number,
    private readonly staleMs: number,
  ) {}

  /** @returns the value since the reading before, and in how many readings in a row it was too high; null for the first one. */
  take(host: string, text: Buffer, at: number): { value: number; streak: number } | null {
    const before = this.hosts.get(host);
    const value =
      before && at - before.at <= this.staleMs ? this.valueOf(inflateRawSync(before.packed), text, at) : null;
    const streak = value !== null && value > this.above ? (before?.streak ?? 0) + 1 : 0;
    this.hosts.set(host, { packed: deflateRawSync(text, { level: 1 }), at, streak });
    return value === null ? null : { value, streak };
  }

  private valueOf(before: Buffer, now: Buffer, at: number): number | null {
    const parser = createParser('proc-snapshots', { collectedAt: at, rows: false });
    parser.push(before);
    parser.push(now);
    return watchedValue(this.watched, parser.end().observations);
  }
}

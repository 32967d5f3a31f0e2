import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What all spools of an agent may take together. */
export class SpoolBudget {
  used = 0;

  constructor(readonly maxBytes: number) {}
}

/** Chunks of this many bytes wait in memory before any goes to the disk: a healthy network leaves the disk alone. */
const MEMORY_BYTES = 262_144;

interface Held {
  readonly seq: number;
  readonly bytes: number;
  /** Null: it is on the disk. */
  data: Buffer | null;
}

/**
 * The chunks of one run that the control plane has not acknowledged, in order. A folder stands for the run from its
 * start: an agent that is killed finds what it had in hand, and says so instead of starting again.
 */
export class Spool {
  private readonly held: Held[] = [];
  private seq = 0;
  private onDisk = false;

  constructor(
    private readonly dir: string,
    private readonly budget: SpoolBudget,
  ) {}

  /** Folders that a killed agent left behind: `<run>.<fence>`. */
  static leftovers(root: string): { runId: string; fence: number; dir: string }[] {
    let names: string[];
    try {
      names = readdirSync(root);
    } catch {
      return [];
    }
    return names.flatMap((name) => {
      const match = /^([0-9a-f-]{36})\.([0-9]{1,9})$/.exec(name);
      return match?.[1] ? [{ runId: match[1], fence: Number(match[2]), dir: join(root, name) }] : [];
    });
  }

  /** Leaves a mark of the run; a full disk is no reason not to run. */
  begin(): void {
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    } catch {
      // The run goes on from memory.
    }
  }

  /** Reads what a killed agent left in the folder. */
  load(): void {
    const files = readdirSync(this.dir).filter((name) => /^[0-9]+\.gz$/.test(name));
    const numbers = files.map((name) => parseInt(name, 10)).sort((a, b) => a - b);
    for (const seq of numbers) {
      // A gap: what lies behind it can't be joined to what lies before.
      if (this.held.length > 0 && seq !== this.seq) break;
      const bytes = statSync(this.file(seq)).size;
      this.held.push({ seq, bytes, data: null });
      this.budget.used += bytes;
      this.seq = seq + 1;
    }
    this.onDisk = true;
  }

  /** The number of the next chunk. */
  get next(): number {
    return this.seq;
  }

  /** False when there is no room for it: neither in memory nor, within the limit, on the disk. */
  put(data: Buffer): boolean {
    const inMemory = this.held.reduce((sum, chunk) => sum + (chunk.data?.length ?? 0), 0);
    const fits = inMemory + data.length <= Math.min(MEMORY_BYTES, this.budget.maxBytes);
    // Once chunks of the run are on the disk, later ones follow: after a kill they must be in one piece.
    if (this.held.length > 0 && (!fits || this.onDisk)) {
      if (!this.spill() || !this.write(this.seq, data)) return false;
      this.held.push({ seq: this.seq, bytes: data.length, data: null });
    } else {
      this.held.push({ seq: this.seq, bytes: data.length, data });
    }
    this.seq += 1;
    return true;
  }

  /** The oldest chunk. */
  head(): { seq: number; data: Buffer } | null {
    const first = this.held[0];
    if (!first) return null;
    return { seq: first.seq, data: first.data ?? readFileSync(this.file(first.seq)) };
  }

  /** All below `next` is with the control plane. */
  acknowledge(next: number): void {
    while (this.held[0] && this.held[0].seq < next) {
      const chunk = this.held.shift();
      if (chunk && chunk.data === null) this.erase(chunk);
    }
    if (this.held.length === 0) this.onDisk = false;
  }

  /** The run is over: nothing of it stays. */
  drop(): void {
    for (const chunk of this.held) if (chunk.data === null) this.budget.used -= chunk.bytes;
    this.held.length = 0;
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** What waits in memory goes to the disk, oldest first. */
  private spill(): boolean {
    for (const chunk of this.held) {
      if (chunk.data === null) continue;
      if (!this.write(chunk.seq, chunk.data)) return false;
      chunk.data = null;
      this.onDisk = true;
    }
    return true;
  }

  private write(seq: number, data: Buffer): boolean {
    if (this.budget.used + data.length > this.budget.maxBytes) return false;
    try {
      writeFileSync(this.file(seq), data, { mode: 0o600 });
    } catch {
      rmSync(this.file(seq), { force: true });
      return false;
    }
    this.budget.used += data.length;
    return true;
  }

  private erase({ seq, bytes }: Held): void {
    rmSync(this.file(seq), { force: true });
    this.budget.used -= bytes;
  }

  private file(seq: number): string {
    return join(this.dir, `${seq}.gz`);
  }
}

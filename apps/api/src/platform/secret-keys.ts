import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { StartupError } from './startup-error';

/** The key that secrets are sealed with, and the one before it for as long as something may be sealed with that. */
export interface SecretKeys {
  readonly current: Buffer;
  readonly previous: Buffer | null;
  /** From now on there is a new key, and the one there was is the previous one; nothing happens while there is one already. */
  begin(): void;
  /** Nothing is sealed with the previous key any more. */
  settle(): void;
}

const keyOf = (text: string, from: string): Buffer => {
  if (!/^[0-9a-f]{64}$/i.test(text.trim()))
    throw new StartupError(`${from}: expected 64 hexadecimal digits`, 'make one with: openssl rand -hex 32');
  return Buffer.from(text.trim(), 'hex');
};

/** Keys in two files of the data directory, which are made and exchanged here. */
export class KeyFiles implements SecretKeys {
  private keys: { current: Buffer; previous: Buffer | null };

  constructor(private readonly path: string) {
    if (!existsSync(path)) this.write(randomBytes(32));
    this.keys = this.read();
  }

  get current(): Buffer {
    return this.keys.current;
  }

  get previous(): Buffer | null {
    return this.keys.previous;
  }

  begin(): void {
    if (this.previous) return;
    // First the copy, then the new key: whoever is killed in between has one key twice, and begins again.
    copyFileSync(this.path, this.oldPath);
    this.write(randomBytes(32));
    this.keys = this.read();
  }

  settle(): void {
    rmSync(this.oldPath, { force: true });
    this.keys = this.read();
  }

  private get oldPath(): string {
    return `${this.path}.old`;
  }

  private read(): { current: Buffer; previous: Buffer | null } {
    const current = keyOf(readFileSync(this.path, 'utf8'), this.path);
    const previous = existsSync(this.oldPath) ? keyOf(readFileSync(this.oldPath, 'utf8'), this.oldPath) : null;
    return { current, previous: previous?.equals(current) ? null : previous };
  }

  /** Whole or not at all. */
  private write(key: Buffer): void {
    const half = `${this.path}.${process.pid}`;
    writeFileSync(half, `${key.toString('hex')}\n`, { mode: 0o600 });
    renameSync(half, this.path);
  }
}

/** Keys that somebody else keeps and exchanges: they are given at the start. */
export class GivenKeys implements SecretKeys {
  readonly current: Buffer;
  readonly previous: Buffer | null;

  constructor(current: string, previous: string | null) {
    this.current = keyOf(current, 'FLEETSCOPE_SECRET_KEY');
    this.previous = previous === null ? null : keyOf(previous, 'FLEETSCOPE_SECRET_KEY_OLD');
  }

  begin(): void {
    // Whoever gave the keys has exchanged them.
  }

  settle(): void {
    // The old one is no longer needed; who gave it takes it away.
  }
}

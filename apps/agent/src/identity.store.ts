import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentError, EXIT_USAGE } from './agent-error';

/** Who this agent is, once it is enrolled. */
export interface Identity {
  readonly agent: string;
  readonly host: string;
  readonly server: string;
  /** SHA-256 of the token it was enrolled with: the same one again changes nothing. */
  readonly enrolledWith: string;
}

/** The agent's own key pair and identity, in files that its account alone can read. */
export class IdentityStore {
  constructor(private readonly dir: string) {}

  /** @throws AgentError when the directory can't be written. */
  prepare(): void {
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      chmodSync(this.dir, 0o700);
    } catch (error) {
      throw new AgentError(
        `the state directory ${this.dir} can't be written: ${(error as Error).message}`,
        EXIT_USAGE,
        'give another one with --state DIR',
      );
    }
  }

  /** Made at the first call; it never leaves this machine. */
  key(): KeyObject {
    const file = join(this.dir, 'key.pem');
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      this.write(file, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    }
    return createPrivateKey(readFileSync(file));
  }

  read(): Identity | null {
    const file = join(this.dir, 'agent.json');
    if (!existsSync(file)) return null;
    const { agent, host, server, enrolledWith } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Identity>;
    if (!agent || !host || !server)
      throw new AgentError(`${file} is damaged`, EXIT_USAGE, 'remove it and enrol the agent again');
    return { agent, host, server, enrolledWith: enrolledWith ?? '' };
  }

  /** To be enrolled again, as another agent with another key. */
  forget(): void {
    for (const name of ['agent.json', 'key.pem']) rmSync(join(this.dir, name), { force: true });
  }

  keep(identity: Identity): void {
    this.write(join(this.dir, 'agent.json'), `${JSON.stringify(identity)}\n`);
  }

  private write(file: string, text: string): void {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** SPKI in DER, base64: as the control plane keeps it. */
export const publicKeyText = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');

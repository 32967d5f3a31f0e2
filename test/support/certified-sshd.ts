import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sshd, startSshd } from './sshd';
import { sleep } from './processes';

/** An sshd that nobody knows the key of and that knows nobody's: both sides trust one authority instead. */
export interface CertifiedSshd {
  readonly sshd: Sshd;
  /** A private key with its certificate beside it, for the principal `fleetscope`. */
  readonly login: string;
  /** A line of known_hosts that trusts the authority. */
  readonly knownHosts: string;
  stop(): void;
}

export const startCertifiedSshd = async (options: {
  readonly address: string;
  readonly port: number;
  readonly marker?: string;
}): Promise<CertifiedSshd> => {
  const dir = mkdtempSync(join(tmpdir(), 'authority-'));
  const file = (name: string): string => join(dir, name);
  const keygen = (...args: string[]): void => {
    execFileSync('ssh-keygen', ['-q', ...args], { stdio: 'ignore' });
  };
  for (const name of ['authority', 'login']) keygen('-t', 'ed25519', '-N', '', '-f', file(name));
  keygen('-s', file('authority'), '-I', 'login', '-n', 'fleetscope', '-V', '+1h', file('login.pub'));
  writeFileSync(file('principals'), 'fleetscope\n');
  const sshd = await startSshd({
    ...options,
    keyTypes: ['ed25519'],
    config: [
      `TrustedUserCAKeys ${file('authority.pub')}`,
      `AuthorizedPrincipalsFile ${file('principals')}`,
      `HostCertificate ${file('host-cert.pub')}`,
    ],
  });
  // The host's key is made by its start: it is signed now, and read again.
  copyFileSync(join(sshd.dir, 'host_ed25519.pub'), file('host.pub'));
  keygen('-s', file('authority'), '-I', 'host', '-h', '-n', options.address, '-V', '+1h', file('host.pub'));
  process.kill(sshd.pid, 'SIGHUP');
  await sleep(500);
  return {
    sshd,
    login: file('login'),
    knownHosts: `@cert-authority [${options.address}]:${options.port} ${readFileSync(file('authority.pub'), 'utf8')}`,
    stop: () => {
      sshd.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

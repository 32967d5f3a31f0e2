import { type Identity, type PresentedKey } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { HostKeysService, HostsService } from '../fleet';
import { invalid, ProblemException } from '../platform';
import { KnownHostsFiles } from './known-hosts-files';
import { TargetsService } from './targets.service';
import { SshTransport, TransportError } from './transports';

/** The key a server shows, and the answer to it. */
@Injectable()
export class HostKeyLookup {
  constructor(
    private readonly hosts: HostsService,
    private readonly hostKeys: HostKeysService,
    private readonly targets: TargetsService,
    private readonly ssh: SshTransport,
    private readonly knownHosts: KnownHostsFiles,
  ) {}

  /** @throws 422 when the host has no keys (transport local) or can't be reached. */
  async presented(name: string): Promise<PresentedKey> {
    const host = await this.hosts.get(name);
    if (host.transport === 'local')
      throw new ProblemException(
        422,
        `${name} is this machine: it is reached without ssh and has no host key to trust`,
      );
    if (host.transport === 'agent')
      throw new ProblemException(422, `${name} is reached by its agent: it has no host key to trust`);
    const target = await this.targets.of(host);
    const key = await this.ssh.presentedHostKey(target).catch((error: unknown) => {
      if (error instanceof TransportError) throw new ProblemException(422, error.message);
      throw error;
    });
    const elsewhere = await this.knownHosts.lookup(host.address, host.port);
    const trusted = await this.hostKeys.of(host.id);
    const same = ({ publicKey }: { publicKey: string }): boolean => publicKey === key.publicKey;
    const known = elsewhere.some(({ revoked }) => revoked.some(same))
      ? 'revoked'
      : trusted.some(same)
        ? 'trusted'
        : trusted.length > 0
          ? 'changed'
          : 'unknown';
    return { ...key, known, knownHostsFile: elsewhere.find((file) => file.trusted.some(same))?.file ?? null };
  }

  async trust(name: string, fingerprint: string, replace: boolean, caller: Identity): Promise<PresentedKey> {
    const key = await this.presented(name);
    if (key.fingerprint !== fingerprint) {
      throw invalid(
        'fingerprint',
        `the key that ${name} shows now, ${key.fingerprint}`,
        fingerprint,
        'it changed since it was looked at: look again before you trust it',
      );
    }
    if (key.known === 'revoked')
      throw new ProblemException(422, `the key ${fingerprint} was revoked in a known_hosts file`);
    if (key.known === 'changed' && !replace) {
      throw new ProblemException(409, `${name} shows another key than the trusted one`, {
        hint: 'if its owner confirms the change: `hosts trust --replace`',
      });
    }
    await this.hostKeys.trust(name, key, key.knownHostsFile ? 'known_hosts' : 'consent', caller.name, replace);
    return { ...key, known: 'trusted' };
  }
}

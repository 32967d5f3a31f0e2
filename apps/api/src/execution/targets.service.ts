import { type HostView } from '@fleetscope/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { HostKeysService, HostsService, SecretsService } from '../fleet';
import { RUNTIME, type Runtime } from '../platform';
import { KnownHostsFiles } from './known-hosts-files';
import { TransportError, type Identity, type TransportTarget } from './transports';

/** Tried in this order when a host names no key, as ssh(1) does. */
const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** All that a transport needs of a host and of its jump hosts: address, login keys, host keys to trust. */
@Injectable()
export class TargetsService {
  constructor(
    private readonly hosts: HostsService,
    private readonly hostKeys: HostKeysService,
    private readonly secrets: SecretsService,
    private readonly knownHosts: KnownHostsFiles,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  /** @throws TransportError when a secret or a jump host is gone. */
  async of(host: HostView): Promise<TransportTarget> {
    const jump: TransportTarget[] = [];
    for (const name of host.jump) jump.push({ ...(await this.single(await this.hosts.get(name))), jump: [] });
    return { ...(await this.single(host)), jump };
  }

  private async single(host: HostView): Promise<Omit<TransportTarget, 'jump'>> {
    const [trustedKeys, elsewhere] = await Promise.all([
      this.hostKeys.of(host.id),
      this.knownHosts.lookup(host.address, host.port),
    ]);
    return {
      name: host.name,
      address: host.address,
      port: host.port,
      user: host.user ?? userInfo().username,
      userIsDefault: host.user === null,
      become: host.become,
      identities: await this.identities(host),
      // What somebody trusted here counts; known_hosts files count only where nobody has, and what they revoke always does.
      trustedKeys: trustedKeys.length > 0 ? trustedKeys : elsewhere.flatMap(({ trusted }) => trusted),
      revokedKeys: elsewhere.flatMap(({ revoked }) => revoked),
    };
  }

  private async identities(host: HostView): Promise<Identity[]> {
    if (host.identitySecret) {
      const privateKey = await this.secrets.open(host.identitySecret);
      if (privateKey === null)
        throw new TransportError(
          'auth',
          `the secret ${host.identitySecret} of ${host.name} is not there: store it with \`secrets put\``,
        );
      return [{ kind: 'key', privateKey }];
    }
    if (host.identityFile) return [{ kind: 'file', path: host.identityFile.replace(/^~(?=\/)/, homedir()) }];
    const socket = this.runtime.sshAgent;
    const files = DEFAULT_IDENTITIES.map((name) => join(homedir(), '.ssh', name)).filter((path) => existsSync(path));
    return [
      ...(socket ? [{ kind: 'agent' as const, socket }] : []),
      ...files.map((path) => ({ kind: 'file' as const, path })),
    ];
  }
}

import { Injectable } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lookupKnownHost, parseKnownHosts, type HostPublicKey } from './transports';

/** The control plane's own known_hosts files, as ssh(1) reads them. */
const FILES = ['/etc/ssh/ssh_known_hosts', join(homedir(), '.ssh', 'known_hosts')];

export interface KnownElsewhere {
  readonly file: string;
  readonly trusted: readonly HostPublicKey[];
  readonly revoked: readonly HostPublicKey[];
}

/** Read each time: an administrator who edits them must not have to restart anything. */
@Injectable()
export class KnownHostsFiles {
  async lookup(address: string, port: number): Promise<KnownElsewhere[]> {
    const found: KnownElsewhere[] = [];
    for (const file of FILES) {
      const text = await readFile(file, 'utf8').catch(() => null);
      if (text !== null) found.push({ file, ...lookupKnownHost(parseKnownHosts(text), address, port) });
    }
    return found;
  }
}

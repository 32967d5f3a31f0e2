import { Injectable } from '@nestjs/common';
import { hostname } from 'node:os';
import { HostsService } from '../fleet';
import { ProblemException } from '../platform';

const clean = (name: string): string =>
  name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'localhost';

/** This machine as a host of the fleet, with the transport `local`. */
@Injectable()
export class LocalHost {
  constructor(private readonly hosts: HostsService) {}

  /** Once; a host of that name, or one that was changed by hand, stays as it is. @returns its name. */
  async enrol(): Promise<string> {
    const name = clean(hostname());
    try {
      await this.hosts.add(
        {
          name,
          address: '127.0.0.1',
          port: 22,
          user: null,
          transport: 'local',
          become: null,
          identityFile: null,
          identitySecret: null,
          jump: [],
          class: 'local',
          labels: {},
        },
        'installation',
      );
    } catch (error) {
      if (!(error instanceof ProblemException) || error.getStatus() !== 409) throw error;
    }
    return name;
  }
}

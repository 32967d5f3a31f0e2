import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../../platform';

/** Addresses of ours, as those who read a message open them. */
@Injectable()
export class Links {
  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'publicUrl' | 'host' | 'port'>) {}

  of(investigation: string): { investigation: string; report: string } {
    const { publicUrl, host, port } = this.runtime;
    const base = publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    return {
      investigation: `${base}/investigations/${investigation}`,
      report: `${base}/api/v1/investigations/${investigation}/report.html`,
    };
  }
}

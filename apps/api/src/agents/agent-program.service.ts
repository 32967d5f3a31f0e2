import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { notFound, RUNTIME, type Runtime } from '../platform';

/** The agent's program, one file, as this installation's build made it. */
@Injectable()
export class AgentProgram {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  /** @throws 404 when it was not built. */
  async read(): Promise<Buffer> {
    const bytes = await readFile(this.runtime.agentProgram).catch(() => null);
    if (!bytes) throw notFound('agent program in this installation', 'build it: node tools/build/bundle-agent.mjs');
    return bytes;
  }

  async sha256(): Promise<string | null> {
    const bytes = await readFile(this.runtime.agentProgram).catch(() => null);
    return bytes ? createHash('sha256').update(bytes).digest('hex') : null;
  }
}

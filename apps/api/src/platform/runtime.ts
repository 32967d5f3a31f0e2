import { type Config } from '../config';

/** The configuration of a process whose database is known and up. */
export interface Runtime extends Config {
  readonly databaseUrl: string;
  /** Names this process in leases; a restarted worker of the same installation has the same name. */
  readonly worker: string;
  /** Key of the secrets at rest: 32 bytes. */
  readonly secretKey: Buffer;
}

export const RUNTIME = Symbol('RUNTIME');

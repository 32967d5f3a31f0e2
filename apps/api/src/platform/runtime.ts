import { type Config } from '../config';
import { type SecretKeys } from './secret-keys';

/** The configuration of a process whose database is known and up. */
export interface Runtime extends Config {
  readonly databaseUrl: string;
  /** Names this process in leases; a restarted worker of the same installation has the same name. */
  readonly worker: string;
  readonly secretKeys: SecretKeys;
}

export const RUNTIME = Symbol('RUNTIME');

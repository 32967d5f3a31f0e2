import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartupError } from './startup-error';

/** The account Postgres runs under: it refuses to run as root. */
export interface PostgresAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const ACCOUNT = 'fleetscope';

const lookUp = (name: string): PostgresAccount | null => {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name && uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
};

/** Null for an ordinary user (Postgres then runs as that user); as root a system account, made when it isn't there. */
export const postgresAccount = (): PostgresAccount | null => {
  if (process.getuid?.() !== 0) return null;
  const existing = lookUp(ACCOUNT);
  if (existing) return existing;
  try {
    execFileSync(
      'useradd',
      [
        '--system',
        '--user-group',
        '--no-create-home',
        '--home-dir',
        '/nonexistent',
        '--shell',
        '/usr/sbin/nologin',
        ACCOUNT,
      ],
      { stdio: 'pipe' },
    );
  } catch {
    // A read-only /etc or an image without useradd: an account that every system has will do.
  }
  const account = lookUp(ACCOUNT) ?? lookUp('nobody');
  if (!account) {
    throw new StartupError(
      'Postgres does not run as root and no other account exists',
      `create one: useradd --system ${ACCOUNT}`,
    );
  }
  return account;
};

/** Whether an account may pass through every folder above a path (others-execute, or its own folder). */
export const canReach = (account: PostgresAccount, path: string): boolean => {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    const stat = statSync(dir, { throwIfNoEntry: false });
    if (stat) {
      const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (dir === '/') return true;
  }
};

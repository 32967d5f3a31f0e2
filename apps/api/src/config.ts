import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The only file that reads process.env. */
const schema = z.object({
  FLEETSCOPE_ROLE: z.enum(['api', 'worker', 'all']).default('all'),
  FLEETSCOPE_DATA: z.string().min(1).optional(),
  FLEETSCOPE_HOST: z.string().min(1).default('127.0.0.1'),
  FLEETSCOPE_PORT: z.coerce.number().int().min(0).max(65535).default(7717),
  FLEETSCOPE_RUNBOOKS: z.string().min(1).optional(),
  FLEETSCOPE_CUSTOM_RUNBOOKS: z.string().min(1).optional(),
  FLEETSCOPE_MAX_SESSIONS: z.coerce.number().int().min(1).max(10_000).default(1_000),
  FLEETSCOPE_MAX_HANDSHAKES: z.coerce.number().int().min(1).max(1_000).default(64),
  FLEETSCOPE_OPERATOR_MAX_HOSTS: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
  FLEETSCOPE_APPROVAL_HOSTS: z.coerce.number().int().min(1).max(1_000_000).optional(),
  FLEETSCOPE_APPROVAL_COST: z.enum(['light', 'medium', 'heavy']).optional(),
  FLEETSCOPE_APPROVAL_MINUTES: z.coerce.number().positive().max(10_080).default(60),
  FLEETSCOPE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      hostname: /.*/,
      error: 'expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE',
    })
    .optional(),
  SSH_AUTH_SOCK: z.string().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, hostname: /.*/, error: 'expected redis://HOST:PORT' }).optional(),
});

export interface Config {
  readonly role: 'api' | 'worker' | 'all';
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Absent: the embedded Postgres of the data directory. */
  readonly databaseUrl: string | null;
  /** Absent: BullMQ's Postgres backend. */
  readonly redisUrl: string | null;
  readonly catalogueDir: string;
  /** Runbooks of this installation's own; null when there are none. */
  readonly customRunbooksDir: string | null;
  readonly uiDir: string | null;
  readonly migrationsDir: string;
  /** The agent's program, which hosts fetch from here. */
  readonly agentProgram: string;
  /** SSH sessions and local probes at the same time. */
  readonly maxSessions: number;
  /** SSH handshakes at the same time: bastions drop bursts. */
  readonly maxHandshakes: number;
  /** Socket of the ssh-agent that this process was started with. */
  readonly sshAgent: string | null;
  /** An investigation of more hosts needs a commander. */
  readonly operatorMaxHosts: number;
  /** More hosts than this, or a runbook of this cost or more, need the word of somebody else, within these minutes. Null: never. */
  readonly approval: {
    readonly hosts: number | null;
    readonly cost: 'light' | 'medium' | 'heavy' | null;
    readonly minutes: number;
  };
  readonly logLevel: string;
  readonly version: string;
}

export class ConfigError extends Error {}

/** The default data directory: system-wide for root, else in the user's home. */
export const defaultDataDir = (env: NodeJS.ProcessEnv = process.env): string =>
  process.getuid?.() === 0
    ? '/var/lib/fleetscope'
    : join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'fleetscope');

/** The folder that holds package.json, whether this runs from src or from dist. */
const projectRoot = (): string => {
  let dir = __dirname;
  while (!existsSync(join(dir, 'nx.json')) && !existsSync(join(dir, 'prisma', 'migrations'))) {
    const parent = resolve(dir, '..');
    if (parent === dir) throw new ConfigError('the installation is incomplete: prisma/migrations was not found');
    dir = parent;
  }
  return dir;
};

/** @throws ConfigError with the variable, what was expected and what it is. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): Config => {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0] ?? 'environment')}: ${issue?.message ?? 'not valid'}`);
  }
  const root = projectRoot();
  const uiDir = join(root, 'apps', 'ui', 'dist');
  const values = parsed.data;
  return {
    role: values.FLEETSCOPE_ROLE,
    dataDir: resolve(values.FLEETSCOPE_DATA ?? defaultDataDir(env)),
    host: values.FLEETSCOPE_HOST,
    port: values.FLEETSCOPE_PORT,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    customRunbooksDir: values.FLEETSCOPE_CUSTOM_RUNBOOKS ? resolve(values.FLEETSCOPE_CUSTOM_RUNBOOKS) : null,
    catalogueDir: resolve(values.FLEETSCOPE_RUNBOOKS ?? join(root, 'libs', 'runbooks', 'catalog')),
    uiDir: existsSync(join(uiDir, 'index.html')) ? uiDir : null,
    migrationsDir: join(root, 'prisma', 'migrations'),
    agentProgram: join(root, 'apps', 'agent', 'dist', 'fleetscope-agent.cjs'),
    maxSessions: values.FLEETSCOPE_MAX_SESSIONS,
    maxHandshakes: values.FLEETSCOPE_MAX_HANDSHAKES,
    sshAgent: values.SSH_AUTH_SOCK ?? null,
    operatorMaxHosts: values.FLEETSCOPE_OPERATOR_MAX_HOSTS,
    approval: {
      hosts: values.FLEETSCOPE_APPROVAL_HOSTS ?? null,
      cost: values.FLEETSCOPE_APPROVAL_COST ?? null,
      minutes: values.FLEETSCOPE_APPROVAL_MINUTES,
    },
    logLevel: values.FLEETSCOPE_LOG_LEVEL,
    version: '0.1.0',
  };
};

/** Whether whoever started this process ends it by closing its standard input. */
export const wantsLifeline = (env: NodeJS.ProcessEnv = process.env): boolean => env['FLEETSCOPE_LIFELINE'] === 'stdin';

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { allowProblem } from './chatops/outbound/address-rules';
import { type OidcSettings, readOidc } from './oidc-config';

const rate = (most: number) => z.coerce.number().int().min(1).max(10_000_000).default(most);

/** The only file that reads process.env. */
const schema = z.object({
  FLEETSCOPE_ROLE: z.enum(['api', 'worker', 'all']).default('all'),
  FLEETSCOPE_DATA: z.string().min(1).optional(),
  FLEETSCOPE_HOST: z.string().min(1).default('127.0.0.1'),
  FLEETSCOPE_PORT: z.coerce.number().int().min(0).max(65535).default(7717),
  FLEETSCOPE_WORKER_PORT: z.coerce.number().int().min(1).max(65535).optional(),
  FLEETSCOPE_EVIDENCE: z.string().min(1).optional(),
  FLEETSCOPE_RUNBOOKS: z.string().min(1).optional(),
  FLEETSCOPE_CUSTOM_RUNBOOKS: z.string().min(1).optional(),
  FLEETSCOPE_MAX_SESSIONS: z.coerce.number().int().min(1).max(10_000).default(1_000),
  FLEETSCOPE_MAX_HANDSHAKES: z.coerce.number().int().min(1).max(1_000).default(64),
  FLEETSCOPE_HANDSHAKE_RATE: z.coerce.number().min(0.1).max(10_000).default(200),
  FLEETSCOPE_SECRET_KEY: z.string().optional(),
  FLEETSCOPE_SECRET_KEY_FILE: z.string().optional(),
  FLEETSCOPE_SECRET_KEY_OLD: z.string().optional(),
  FLEETSCOPE_SECRET_KEY_OLD_FILE: z.string().optional(),
  FLEETSCOPE_OPERATOR_MAX_HOSTS: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
  FLEETSCOPE_HOST_CPU_PER_HOUR: z.coerce.number().min(0).max(86_400).default(300),
  FLEETSCOPE_HOST_MB_PER_HOUR: z.coerce.number().min(0).max(1_000_000).default(1_000),
  FLEETSCOPE_APPROVAL_HOSTS: z.coerce.number().int().min(1).max(1_000_000).optional(),
  FLEETSCOPE_APPROVAL_COST: z.enum(['light', 'medium', 'heavy']).optional(),
  FLEETSCOPE_APPROVAL_MINUTES: z.coerce.number().positive().max(10_080).default(60),
  FLEETSCOPE_MCP_MAX_HOSTS: z.coerce.number().int().min(1).max(10_000).default(50),
  FLEETSCOPE_RATE_REQUESTS: rate(3_000),
  FLEETSCOPE_RATE_LAUNCHES: rate(120),
  FLEETSCOPE_RATE_SIGN_INS: rate(30),
  FLEETSCOPE_RATE_GUESSES: rate(10),
  FLEETSCOPE_RATE_STRANGERS: rate(600),
  FLEETSCOPE_RATE_ENROLMENTS: rate(600),
  FLEETSCOPE_TRUST_PROXY: z.string().min(1).optional(),
  FLEETSCOPE_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'expected https://HOST' }).optional(),
  FLEETSCOPE_OIDC: z.string().min(1).optional(),
  FLEETSCOPE_OIDC_SECRET: z.string().min(1).optional(),
  FLEETSCOPE_OUTBOUND_ALLOW: z.string().optional(),
  FLEETSCOPE_SLACK_SIGNING_SECRET: z.string().min(16).optional(),
  FLEETSCOPE_SLACK_BOT_TOKEN: z.string().min(8).optional(),
  FLEETSCOPE_SLACK_API: z.url({ protocol: /^https?$/, hostname: /.*/ }).default('https://slack.com/api'),
  FLEETSCOPE_PROMETHEUS: z.url({ protocol: /^https?$/, hostname: /.*/, error: 'expected http://HOST:9090' }).optional(),
  FLEETSCOPE_PROMETHEUS_TOKEN: z.string().min(1).optional(),
  FLEETSCOPE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      hostname: /.*/,
      error: 'expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE',
    })
    .optional(),
  FLEETSCOPE_CLOCK: z.iso.datetime({ error: 'expected a time such as 2026-03-29T00:50:00Z' }).optional(),
  FLEETSCOPE_METRICS: z.enum(['token', 'open']).default('token'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, hostname: /.*/, error: 'expected http://HOST:4318' })
    .optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: z
    .url({ protocol: /^https?$/, hostname: /.*/, error: 'expected http://HOST:4318/v1/metrics' })
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  FLEETSCOPE_OTLP_WAITING_RUNS: z.coerce.number().int().min(1).max(1_000_000).default(50_000),
  SSH_AUTH_SOCK: z.string().optional(),
  FLEETSCOPE_SSH_CONFIG: z.string().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, hostname: /.*/, error: 'expected redis://HOST:PORT' }).optional(),
});

/** Names that are read. */
export const SETTINGS: readonly string[] = Object.keys(schema.shape);
/** What holds where nothing is said, as far as it is one value. */
export const settingDefaults = (): Readonly<Record<string, unknown>> => schema.parse({});

/** At most so many in so many seconds. */
export interface Rate {
  readonly most: number;
  readonly seconds: number;
}

export interface Config {
  readonly role: 'api' | 'worker' | 'all';
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Where a process with the role `worker` answers for its health and metrics; null: nowhere. */
  readonly workerPort: number | null;
  /** Raw output; processes on one database share it. */
  readonly evidenceDir: string;
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
  /** SSH handshakes that begin within a second. */
  readonly handshakesPerSecond: number;
  /** Socket of the ssh-agent that this process was started with. */
  readonly sshAgent: string | null;
  /** What the transport `openssh` reads instead of the user's ~/.ssh/config; null when that holds. */
  readonly sshConfig: string | null;
  /** Keys of the secrets at rest, hexadecimal, where somebody else keeps them; null: in the data directory. */
  readonly secretKey: { readonly current: string; readonly previous: string | null } | null;
  /** For each caller and address; for each address where nobody is known yet. */
  readonly rates: Readonly<Record<'requests' | 'launches' | 'signIns' | 'guesses' | 'strangers' | 'enrolments', Rate>>;
  /** Addresses of proxies whose word on who calls is taken; empty: none. */
  readonly trustedProxies: readonly string[];
  /** The identity provider that people sign in at; null when there is none. */
  readonly oidc: OidcSettings | null;
  /** An investigation of more hosts needs a commander. */
  readonly operatorMaxHosts: number;
  /** What all investigations together may take of one host within an hour; null: as much as they like. */
  readonly hostBudget: { readonly cpuSeconds: number | null; readonly bytes: number | null };
  /** A triage that is started through MCP takes no more. */
  readonly mcpMaxHosts: number;
  /** More hosts than this, or a runbook of this cost or more, need the word of somebody else, within these minutes. Null: never. */
  readonly approval: {
    readonly hosts: number | null;
    readonly cost: 'light' | 'medium' | 'heavy' | null;
    readonly minutes: number;
  };
  /** Ranges, addresses and names inside that a URL somebody gave may lead to. */
  readonly outboundAllow: readonly string[];
  /** Where links in messages lead to; null: where this listens. */
  readonly publicUrl: string | null;
  /** Null where no Slack is connected. Without a bot's token, messages are edited through the URL that came with the command. */
  readonly slack: { readonly signingSecret: string; readonly botToken: string | null; readonly api: string } | null;
  /** Asked for rate, errors and duration when an alert names its queries; null where there is none. */
  readonly prometheus: { readonly url: string; readonly token: string | null } | null;
  readonly logLevel: string;
  /** Whether /metrics answers without a token: only where nobody but this machine can ask. */
  readonly openMetrics: boolean;
  /** Where traces go to; null where nobody wants them. */
  readonly tracesUrl: string | null;
  /** Where measurements go to, with which headers, and of how many runs they wait there; null where nobody wants them. */
  readonly otlpMetrics: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly waitingRuns: number;
  } | null;
  /** What the clock of schedules is ahead of the machine's, milliseconds: 0 but in rehearsals. */
  readonly clockAheadMs: number;
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

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

const isOpen = ({ FLEETSCOPE_METRICS, FLEETSCOPE_HOST }: z.infer<typeof schema>): boolean => {
  if (FLEETSCOPE_METRICS === 'token') return false;
  if (LOOPBACK.test(FLEETSCOPE_HOST)) return true;
  throw new ConfigError(
    `FLEETSCOPE_METRICS: expected token, as ${FLEETSCOPE_HOST} is more than this machine; give Prometheus a token with the role viewer`,
  );
};

const perMinute = (most: number): Rate => ({ most, seconds: 60 });

const fileText = (name: string, file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`${name}: ${(error as Error).message}`);
  }
};

const secretKeyOf = (values: z.infer<typeof schema>): Config['secretKey'] => {
  const { FLEETSCOPE_SECRET_KEY_FILE: file, FLEETSCOPE_SECRET_KEY_OLD_FILE: oldFile } = values;
  const current = file ? fileText('FLEETSCOPE_SECRET_KEY_FILE', file) : values.FLEETSCOPE_SECRET_KEY;
  const old = oldFile ? fileText('FLEETSCOPE_SECRET_KEY_OLD_FILE', oldFile) : values.FLEETSCOPE_SECRET_KEY_OLD;
  if (current) return { current, previous: old ?? null };
  if (old) throw new ConfigError('FLEETSCOPE_SECRET_KEY_OLD: expected FLEETSCOPE_SECRET_KEY beside it');
  return null;
};

const outboundAllowOf = (text = ''): string[] => {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const wrong = entries.map(allowProblem).find((problem) => problem !== null);
  if (wrong !== undefined)
    throw new ConfigError(`FLEETSCOPE_OUTBOUND_ALLOW: expected ranges, addresses or names, and ${wrong} is none`);
  return entries;
};

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** `name=value,name=value`, values percent-encoded (OpenTelemetry's specification of the exporter). */
const otlpHeaders = (text = ''): Record<string, string> => {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  try {
    return Object.fromEntries(
      pairs.map((pair) => {
        const [, name, value] = /^\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)=(.*?)\s*$/.exec(pair) ?? [];
        if (name === undefined || value === undefined) throw new Error(pair);
        return [name.toLowerCase(), decodeURIComponent(value)];
      }),
    );
  } catch {
    throw new ConfigError('OTEL_EXPORTER_OTLP_HEADERS: expected name=value, more of them after commas');
  }
};

const slackOf = (values: z.infer<typeof schema>): Config['slack'] =>
  values.FLEETSCOPE_SLACK_SIGNING_SECRET
    ? {
        signingSecret: values.FLEETSCOPE_SLACK_SIGNING_SECRET,
        botToken: values.FLEETSCOPE_SLACK_BOT_TOKEN ?? null,
        api: withoutSlash(values.FLEETSCOPE_SLACK_API),
      }
    : null;

const oidcOf = (values: z.infer<typeof schema>): OidcSettings | null => {
  if (!values.FLEETSCOPE_OIDC) return null;
  try {
    return readOidc(values.FLEETSCOPE_OIDC, values.FLEETSCOPE_PUBLIC_URL, values.FLEETSCOPE_OIDC_SECRET);
  } catch (error) {
    throw new ConfigError(`FLEETSCOPE_OIDC: ${(error as Error).message}`);
  }
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
  const dataDir = resolve(values.FLEETSCOPE_DATA ?? defaultDataDir(env));
  return {
    role: values.FLEETSCOPE_ROLE,
    dataDir,
    host: values.FLEETSCOPE_HOST,
    port: values.FLEETSCOPE_PORT,
    workerPort: values.FLEETSCOPE_WORKER_PORT ?? null,
    evidenceDir: resolve(values.FLEETSCOPE_EVIDENCE ?? join(dataDir, 'evidence')),
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    customRunbooksDir: values.FLEETSCOPE_CUSTOM_RUNBOOKS ? resolve(values.FLEETSCOPE_CUSTOM_RUNBOOKS) : null,
    catalogueDir: resolve(values.FLEETSCOPE_RUNBOOKS ?? join(root, 'libs', 'runbooks', 'catalog')),
    uiDir: existsSync(join(uiDir, 'index.html')) ? uiDir : null,
    migrationsDir: join(root, 'prisma', 'migrations'),
    agentProgram: join(root, 'apps', 'agent', 'dist', 'fleetscope-agent.cjs'),
    maxSessions: values.FLEETSCOPE_MAX_SESSIONS,
    maxHandshakes: values.FLEETSCOPE_MAX_HANDSHAKES,
    handshakesPerSecond: values.FLEETSCOPE_HANDSHAKE_RATE,
    sshAgent: values.SSH_AUTH_SOCK ?? null,
    sshConfig: values.FLEETSCOPE_SSH_CONFIG ? resolve(values.FLEETSCOPE_SSH_CONFIG) : null,
    openMetrics: isOpen(values),
    tracesUrl: values.OTEL_EXPORTER_OTLP_ENDPOINT
      ? `${values.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, '')}/v1/traces`
      : null,
    otlpMetrics: values.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT
      ? {
          url: values.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT,
          headers: otlpHeaders(values.OTEL_EXPORTER_OTLP_HEADERS),
          waitingRuns: values.FLEETSCOPE_OTLP_WAITING_RUNS,
        }
      : null,
    clockAheadMs: values.FLEETSCOPE_CLOCK ? Date.parse(values.FLEETSCOPE_CLOCK) - Date.now() : 0,
    secretKey: secretKeyOf(values),
    rates: {
      requests: perMinute(values.FLEETSCOPE_RATE_REQUESTS),
      launches: perMinute(values.FLEETSCOPE_RATE_LAUNCHES),
      signIns: perMinute(values.FLEETSCOPE_RATE_SIGN_INS),
      guesses: { most: values.FLEETSCOPE_RATE_GUESSES, seconds: 300 },
      strangers: perMinute(values.FLEETSCOPE_RATE_STRANGERS),
      enrolments: perMinute(values.FLEETSCOPE_RATE_ENROLMENTS),
    },
    trustedProxies: values.FLEETSCOPE_TRUST_PROXY?.split(',').map((address) => address.trim()) ?? [],
    oidc: oidcOf(values),
    operatorMaxHosts: values.FLEETSCOPE_OPERATOR_MAX_HOSTS,
    hostBudget: {
      cpuSeconds: values.FLEETSCOPE_HOST_CPU_PER_HOUR || null,
      bytes: values.FLEETSCOPE_HOST_MB_PER_HOUR * 1_000_000 || null,
    },
    mcpMaxHosts: values.FLEETSCOPE_MCP_MAX_HOSTS,
    approval: {
      hosts: values.FLEETSCOPE_APPROVAL_HOSTS ?? null,
      cost: values.FLEETSCOPE_APPROVAL_COST ?? null,
      minutes: values.FLEETSCOPE_APPROVAL_MINUTES,
    },
    outboundAllow: outboundAllowOf(values.FLEETSCOPE_OUTBOUND_ALLOW),
    publicUrl: values.FLEETSCOPE_PUBLIC_URL ? withoutSlash(values.FLEETSCOPE_PUBLIC_URL) : null,
    slack: slackOf(values),
    prometheus: values.FLEETSCOPE_PROMETHEUS
      ? { url: withoutSlash(values.FLEETSCOPE_PROMETHEUS), token: values.FLEETSCOPE_PROMETHEUS_TOKEN ?? null }
      : null,
    logLevel: values.FLEETSCOPE_LOG_LEVEL,
    version: '0.1.0',
  };
};

/** Whether whoever started this process ends it by closing its standard input. */
export const wantsLifeline = (env: NodeJS.ProcessEnv = process.env): boolean => env['FLEETSCOPE_LIFELINE'] === 'stdin';

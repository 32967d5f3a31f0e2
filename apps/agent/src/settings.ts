import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AgentError, EXIT_USAGE } from './agent-error';

export const VERSION = '0.1.0';

export interface Settings {
  /** Without a slash at its end; null: as enrolled. */
  readonly server: string | null;
  readonly stateDir: string;
  readonly policyFile: string | null;
  readonly hostname: string;
  readonly enrolToken: string | null;
  readonly spoolBytes: number;
  /** Where the root half listens, if there is one. */
  readonly rootSocket: string;
  /** Be the root half: at that path, or (null) at the socket that systemd passes. Undefined: be the agent. */
  readonly rootHalf: { readonly socket: string | null } | undefined;
  /** For tests: as if this machine's clock were off by so much. */
  readonly clockSkewMs: number;
}

export const USAGE = `Usage: node fleetscope-agent.cjs [--server URL] [--state DIR] [--policy FILE] [--token-file FILE]

Runs the runbooks that a Fleetscope control plane asks for on this machine. It connects outwards only.

  --server URL        the control plane, https:// (http:// to this machine alone); kept after the enrolment
  --state DIR         key, identity and spool (default: STATE_DIRECTORY, /var/lib/fleetscope-agent)
  --policy FILE       what never runs here (default: /etc/fleetscope-agent/policy.yaml where it is there)
  --root-socket PATH  where the root half listens (default: /run/fleetscope-agent-root.sock)
  --root-half         be the root half: run what needs root for the agent, from the own catalogue alone; listens at
                      --root-socket, or at the socket that systemd passes
  --token-file FILE   enrolment token, - for standard input (else FLEETSCOPE_ENROL_TOKEN); needed once

Environment: FLEETSCOPE_SERVER, FLEETSCOPE_AGENT_SPOOL_BYTES (default 67108864), NODE_EXTRA_CA_CERTS for a private CA.
`;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** @throws AgentError for a URL that would send evidence in the clear over a network. */
export const checkedServer = (text: string): string => {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new AgentError(`--server: expected a URL such as https://fleetscope.example, got ${text}`, EXIT_USAGE);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    throw new AgentError(
      `--server: ${url.protocol}//${url.host} is not encrypted`,
      EXIT_USAGE,
      'put a proxy that speaks TLS before the control plane, and give its https:// URL',
    );
  return text.replace(/\/+$/, '');
};

const whole = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined || text === '') return otherwise;
  if (!/^-?[0-9]{1,15}$/.test(text)) throw new AgentError(`${name}: expected a whole number, got ${text}`, EXIT_USAGE);
  return Number(text);
};

const tokenFrom = (file: string | undefined, env: NodeJS.ProcessEnv): string | null => {
  if (file === undefined) return env['FLEETSCOPE_ENROL_TOKEN']?.trim() || null;
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  } catch (error) {
    // It is needed once: an enrolled agent starts without it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AgentError(`--token-file: ${file} can't be read: ${(error as Error).message}`, EXIT_USAGE);
  }
};

/** The only reader of arguments and environment. @throws AgentError */
export const readSettings = (argv: string[], env: NodeJS.ProcessEnv): Settings | 'help' | 'version' | 'clerk' => {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        server: { type: 'string' },
        state: { type: 'string' },
        policy: { type: 'string' },
        'token-file': { type: 'string' },
        'root-socket': { type: 'string' },
        'root-half': { type: 'boolean' },
        // Of our own making: see clerk.ts.
        clerk: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new AgentError((error as Error).message, EXIT_USAGE, '--help shows what there is');
  }
  if (values.help) return 'help';
  if (values.version) return 'version';
  if (values.clerk) return 'clerk';
  const server = values.server ?? env['FLEETSCOPE_SERVER'];
  const rootSocket = values['root-socket'] ?? '/run/fleetscope-agent-root.sock';
  return {
    server: server ? checkedServer(server) : null,
    stateDir: values.state ?? env['STATE_DIRECTORY']?.split(':')[0] ?? join('/var/lib', 'fleetscope-agent'),
    policyFile: values.policy ?? null,
    hostname: hostname(),
    enrolToken: tokenFrom(values['token-file'], env),
    spoolBytes: whole('FLEETSCOPE_AGENT_SPOOL_BYTES', env['FLEETSCOPE_AGENT_SPOOL_BYTES'], 64 * 1024 * 1024),
    rootSocket,
    rootHalf: values['root-half'] ? { socket: env['LISTEN_FDS'] === '1' ? null : rootSocket } : undefined,
    clockSkewMs: whole('FLEETSCOPE_AGENT_CLOCK_SKEW_MS', env['FLEETSCOPE_AGENT_CLOCK_SKEW_MS'], 0),
  };
};

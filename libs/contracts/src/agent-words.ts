import { type AgentView } from './agent';

const PROGRAM = 'fleetscope-agent.cjs';
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The one line that installs and starts an agent on a host, for a POSIX shell. The token goes by the environment: an argument
 * could be read by everybody on the host.
 */
export const agentInstallCommand = (url: string, token: string, sha256: string): string =>
  [
    `curl -fsS ${quoted(`${url}/api/v1/agent/program`)} -o ${PROGRAM}`,
    `echo ${quoted(`${sha256}  ${PROGRAM}`)} | sha256sum -c --quiet -`,
    `FLEETSCOPE_ENROL_TOKEN=${token} node ${PROGRAM} --server ${quoted(url)}`,
  ].join(' && ');

/** How far an agent's clock is off, as people say it. */
export const skewWords = ({ skewMs }: Pick<AgentView, 'skewMs'>): string => {
  if (skewMs === null) return 'unknown';
  if (Math.abs(skewMs) < 1_000) return 'none';
  return `${Math.abs(Math.round(skewMs / 1_000))} s ${skewMs > 0 ? 'ahead' : 'behind'}`;
};

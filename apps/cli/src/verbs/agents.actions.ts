import { agentInstallCommand, skewWords } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { answer, connect } from '../connection';
import { bold, dim, note, print, printJson, safe } from '../output';
import { type DataOptions } from './options';

export interface EnrolOptions extends DataOptions {
  class: string;
  label?: Record<string, string>;
  name?: string;
  expiresInMinutes: number;
  url?: string;
}

export const enrolAgent = async (options: EnrolOptions): Promise<void> => {
  const connection = connect(options);
  const body = {
    name: options.name ?? null,
    class: options.class,
    labels: options.label ?? {},
    expiresInMinutes: options.expiresInMinutes,
  };
  const made = await answer(connection.api.POST('/api/v1/agents/enrolments', { body }));
  const url = (options.url ?? connection.url).replace(/\/+$/, '');
  const command = made.programSha256 ? agentInstallCommand(url, made.token, made.programSha256) : null;
  if (options.json) return printJson({ ...made, command });
  note(`for one agent, once, until ${made.expiresAt}; needs Node 20 or newer on the host`);
  if (/^http:/.test(url))
    note('agents take http:// on this machine alone: give the https:// URL of your proxy with --url');
  print(command ?? made.token);
};

export const listAgents = async (options: DataOptions): Promise<void> => {
  const agents = await answer(connect(options).api.GET('/api/v1/agents'));
  if (options.json) return printJson(agents);
  const head = ['host', 'class', 'state', 'version', 'last seen', 'clock', 'refuses'].map((text) => bold(text));
  const rows = new Table({ head, style: { head: [], border: [] } });
  for (const agent of agents) {
    const { host, state, version, lastSeenAt, refused } = agent;
    rows.push([host, agent.class, state, version, lastSeenAt ?? 'never', skewWords(agent), String(refused.length)]);
  }
  print(agents.length > 0 ? rows.toString() : dim('none yet: fleetscope agents enrol'));
};

export const showAgent = async (host: string, options: DataOptions): Promise<void> => {
  const agent = await answer(connect(options).api.GET('/api/v1/agents/{name}', { params: { path: { name: host } } }));
  if (options.json) return printJson(agent);
  const lines: [string, string][] = [
    ['host', `${agent.host} (class ${agent.class})`],
    ['state', agent.state],
    ['version', agent.version],
    ['key', agent.fingerprint],
    ['enrolled', `${agent.enrolledAt} by ${agent.enrolledBy}`],
    ['last seen', agent.lastSeenAt ?? 'never'],
    ['clock', skewWords(agent)],
    ['refuses', agent.refused.length === 0 ? 'nothing' : ''],
    ...agent.refused.map(({ runbook, reason }): [string, string] => ['', `${runbook}: ${reason}`]),
  ];
  print(lines.map(([name, text]) => `${name.padEnd(10)} ${safe(text)}`).join('\n'));
};

export const revokeAgent = async (host: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.POST('/api/v1/agents/{name}/revoke', { params: { path: { name: host } } }));
  if (options.json) printJson({ host, revoked: true });
  else print(`the agent of ${host} is revoked; it gets nothing more`);
};

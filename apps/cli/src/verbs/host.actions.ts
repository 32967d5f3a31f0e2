import { EXIT, type HostCheck, type HostView, type TransportName } from '@fleetscope/contracts';
import Table from 'cli-table3';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { CliError } from '../cli-error';
import { answer, connect } from '../connection';
import { bold, dim, note, print, printJson, red, safe, yellow } from '../output';
import { type DataOptions } from './options';
import { timeIn } from './time-in';

export interface AddOptions extends DataOptions {
  address?: string;
  port?: number;
  user?: string;
  identity?: string;
  secret?: string;
  jump?: string[];
  become?: 'sudo';
  transport?: TransportName;
  class?: string;
  label?: Record<string, string>;
}

const fields = (options: AddOptions): Record<string, unknown> => ({
  ...(options.address === undefined ? {} : { address: options.address }),
  ...(options.port === undefined ? {} : { port: options.port }),
  ...(options.user === undefined ? {} : { user: options.user }),
  ...(options.identity === undefined ? {} : { identityFile: options.identity }),
  ...(options.secret === undefined ? {} : { identitySecret: options.secret }),
  ...(options.jump === undefined ? {} : { jump: options.jump }),
  ...(options.become === undefined ? {} : { become: options.become }),
  ...(options.transport === undefined ? {} : { transport: options.transport }),
  ...(options.class === undefined ? {} : { class: options.class }),
  ...(options.label === undefined ? {} : { labels: options.label }),
});

export const add = async (name: string, options: AddOptions): Promise<void> => {
  const host = await answer(
    connect(options).api.POST('/api/v1/hosts', { body: { name, ...fields(options) } as never }),
  );
  if (options.json) printJson(host);
  else
    print(
      `${name} added${host.transport === 'ssh' ? `; look at its host key with: fleetscope hosts trust ${name}` : ''}`,
    );
};

export const set = async (name: string, options: AddOptions): Promise<void> => {
  const changes = fields(options);
  if (Object.keys(changes).length === 0)
    throw new CliError('what is to change?', EXIT.usage, 'for example --class db or --address 10.0.3.7');
  const host = await answer(
    connect(options).api.PATCH('/api/v1/hosts/{name}', { params: { path: { name } }, body: changes as never }),
  );
  if (options.json) printJson(host);
  else print(`${name} changed`);
};

const reach = (host: HostView): string => {
  if (host.hold) return yellow(`not to be touched: ${safe(host.hold.why).slice(0, 60)}`);
  if (!host.reachability) return dim('not tried');
  const { state, reason } = host.reachability;
  return state === 'reachable' ? 'reachable' : red(`${state}: ${safe(reason ?? '').slice(0, 60)}`);
};

export const list = async (
  options: DataOptions & { class?: string; label?: Record<string, string> },
): Promise<void> => {
  const [label, ...otherLabels] = Object.entries(options.label ?? {});
  const query = { ...(options.class ? { class: options.class } : {}), ...(label ? { label: label.join('=') } : {}) };
  const found = (await answer(connect(options).api.GET('/api/v1/hosts', { params: { query } }))) as HostView[];
  // The API takes one label; a host must have them all.
  const hosts = found.filter(({ labels }) => otherLabels.every(([key, value]) => labels[key] === value));
  if (options.json) return printJson(hosts);
  const table = new Table({
    head: ['host', 'class', 'labels', 'address', 'transport', 'state'].map((text) => bold(text)),
    style: { head: [], border: [] },
  });
  for (const host of hosts) {
    const labels = Object.entries(host.labels).map((pair) => pair.join('='));
    table.push([
      host.name,
      host.class,
      safe(labels.join(' ')),
      `${host.user ? `${host.user}@` : ''}${host.address}${host.port === 22 ? '' : `:${host.port}`}`,
      host.transport,
      reach(host),
    ]);
  }
  print(
    hosts.length > 0 ? table.toString() : dim('no hosts: fleetscope hosts add NAME --address A, or hosts import FILE'),
  );
};

export const show = async (name: string, options: DataOptions): Promise<void> => {
  printJson(await answer(connect(options).api.GET('/api/v1/hosts/{name}', { params: { path: { name } } })));
};

export const remove = async (name: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/hosts/{name}', { params: { path: { name } } }));
  if (options.json) printJson({ name, removed: true });
  else print(`${name} removed; what was measured on it stays`);
};

export const hold = async (names: string[], options: DataOptions & { why: string; for?: string }): Promise<void> => {
  const { api } = connect(options);
  const until = options.for === undefined ? null : timeIn(options.for);
  const held = [];
  for (const name of names)
    held.push(
      await answer(
        api.PUT('/api/v1/hosts/{name}/hold', { params: { path: { name } }, body: { until, why: options.why } }),
      ),
    );
  if (options.json) return printJson(held);
  for (const { name } of held)
    print(`${name} is not touched ${until === null ? 'until it is released' : `until ${until}`}`);
};

export const release = async (names: string[], options: DataOptions): Promise<void> => {
  const { api } = connect(options);
  for (const name of names) {
    await answer(api.DELETE('/api/v1/hosts/{name}/hold', { params: { path: { name } } }));
    if (!options.json) print(`${name} may be touched again`);
  }
  if (options.json) printJson(names.map((name) => ({ name, released: true })));
};

export const importHosts = async (
  file: string,
  options: DataOptions & {
    format?: string;
    dryRun?: boolean;
    class?: string;
    label?: Record<string, string>;
    user?: string;
  },
): Promise<void> => {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} can't be read: ${(error as Error).message}`);
  }
  const defaults = {
    ...(options.class ? { class: options.class } : {}),
    ...(options.label ? { labels: options.label } : {}),
    ...(options.user ? { user: options.user } : {}),
  };
  const body = {
    fileName: basename(file),
    text,
    dryRun: options.dryRun ?? false,
    defaults,
    ...(options.format ? { format: options.format } : {}),
  };
  const result = await answer(connect(options).api.POST('/api/v1/hosts/import', { body: body as never }));
  if (options.json) printJson(result);
  else {
    for (const { name, action, changes } of result.hosts) {
      if (action === 'same') continue;
      const what = Object.entries(changes).map(
        ([field, pair]) => `${field} ${JSON.stringify(pair[0])} → ${JSON.stringify(pair[1])}`,
      );
      print(`${action === 'add' ? '+' : '~'} ${name}${what.length > 0 ? `  ${safe(what.join(', '))}` : ''}`);
    }
    for (const { line, text: source, reason } of result.problems)
      note(
        yellow(`${line === null ? file : `${file}:${line}`}: ${safe(reason)}${source ? `\n    ${safe(source)}` : ''}`),
      );
    const count = (action: string): number => result.hosts.filter((host) => host.action === action).length;
    print(
      `${result.format}: ${count('add')} to add, ${count('change')} to change, ${count('same')} as they are, ${result.problems.length} problems${result.dryRun ? ' (dry run: nothing was changed)' : ''}`,
    );
  }
  process.exitCode = result.problems.length > 0 ? EXIT.foundWanting : EXIT.done;
};

const renderCheck = (check: HostCheck): string => {
  if (check.state !== 'reachable') return `${bold(check.host)}  ${red(check.state)}: ${safe(check.reason ?? '')}`;
  const facts = check.facts ?? {};
  const shown = ['kernel', 'cpus', 'distro', 'uid'].flatMap((key) =>
    facts[key] ? [`${key} ${safe(facts[key])}`] : [],
  );
  const lines = [`${bold(check.host)}  reachable  ${dim(shown.join(' · '))}`];
  if (check.switched)
    lines.push(`  ${yellow(`reached by ${check.switched.to} from now on`)}: ${safe(check.switched.why)}`);
  for (const { runbook, state, steps } of check.readiness) {
    const missing = [...new Set(steps.flatMap((step) => step.missing))];
    const colour = state === 'ready' ? (text: string) => text : state === 'degraded' ? yellow : red;
    lines.push(`  ${runbook}  ${colour(state)}${missing.length > 0 ? dim(`  ${missing.join(', ')}`) : ''}`);
  }
  return lines.join('\n');
};

export const check = async (names: string[], options: DataOptions & { all?: boolean }): Promise<void> => {
  const { api } = connect(options);
  const hosts = options.all
    ? (await answer(api.GET('/api/v1/hosts', { params: { query: {} } }))).map(({ name }) => name)
    : names;
  if (hosts.length === 0) throw new CliError('which hosts?', EXIT.usage, 'name them, or give --all');
  const results: HostCheck[] = [];
  const queue = [...hosts];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const result = (await answer(
        api.POST('/api/v1/hosts/{name}/check', { params: { path: { name } } }),
      )) as HostCheck;
      results.push(result);
      if (!options.json) print(renderCheck(result));
    }
  };
  if (hosts.length > 1) note(`checking ${hosts.length} hosts …`);
  await Promise.all(Array.from({ length: Math.min(16, hosts.length) }, work));
  if (options.json) printJson(results);
  const reached = results.filter(({ state }) => state === 'reachable').length;
  process.exitCode =
    reached === results.length ? EXIT.done : reached === 0 ? EXIT.noHostAnswered : EXIT.partOfHostsFailed;
};

export const trust = async (
  name: string,
  options: DataOptions & { yes?: boolean; replace?: boolean },
): Promise<void> => {
  const { api } = connect(options);
  const key = await answer(api.GET('/api/v1/hosts/{name}/presented-key', { params: { path: { name } } }));
  if (key.known === 'trusted') {
    if (options.json) printJson(key);
    else print(`${name} shows the key that is trusted already: ${key.type} ${key.fingerprint}`);
    return;
  }
  note(`${name} shows ${key.type} ${key.fingerprint}`);
  if (key.known === 'changed')
    note(
      yellow('This is not the key that is trusted. Somebody may have reinstalled the host, or may stand in between.'),
    );
  if (key.known === 'revoked') throw new CliError('this key was revoked in a known_hosts file', EXIT.foundWanting);
  if (key.knownHostsFile) note(`The same key stands in ${key.knownHostsFile}.`);
  if (key.known === 'changed' && !options.replace)
    throw new CliError(
      'the key changed; nothing was trusted',
      EXIT.foundWanting,
      'if its owner confirms the change: --replace',
    );
  if (!options.yes) {
    if (!process.stdin.isTTY)
      throw new CliError(
        'nobody is there to ask; nothing was trusted',
        EXIT.usage,
        'compare the fingerprint, then give --yes',
      );
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    const said = await prompt.question('Compare it with `ssh-keygen -lf` on the host. Trust it? (yes/no) ');
    prompt.close();
    if (said.trim().toLowerCase() !== 'yes') throw new CliError('nothing was trusted', EXIT.foundWanting);
  }
  const trusted = await answer(
    api.POST('/api/v1/hosts/{name}/trust', {
      params: { path: { name } },
      body: { fingerprint: key.fingerprint, replace: options.replace ?? false },
    }),
  );
  if (options.json) printJson(trusted);
  else print(`${name}: ${trusted.type} ${trusted.fingerprint} is trusted`);
};

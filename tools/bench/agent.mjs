// What an agent costs while it waits: resident memory, CPU, child processes. A real agent against a real control plane, and in the
// same seconds those of Debian's agents that are installed (apt-get install prometheus-node-exporter zabbix-agent), which wait, too.
//   node tools/bench/agent.mjs [--seconds 60]
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPlane } from './plane.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds);
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const memory = (pid) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { rssMb: kib('VmRSS') / 1024, ownMb: kib('RssAnon') / 1024 };
};
const cpuSeconds = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
};
/** Of the process and all that it started. */
const tree = (pid) => {
  const parents = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
    } catch {
      return []; // ended meanwhile
    }
  });
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
};
const sum = (values) => values.reduce((all, one) => all + one, 0);

const watch = async (name, pid) => {
  const cpu = () => sum(tree(pid).map(cpuSeconds));
  const before = cpu();
  const began = Date.now();
  let most = 0;
  let kids = 0;
  while (Date.now() - began < seconds * 1000) {
    const pids = tree(pid);
    most = Math.max(most, sum(pids.map((one) => memory(one).rssMb)));
    kids = Math.max(kids, pids.length - 1);
    await sleep(500);
  }
  const share = ((cpu() - before) / ((Date.now() - began) / 1000)) * 100;
  const own = sum(tree(pid).map((one) => memory(one).ownMb));
  console.log(
    `${name}: RSS ${most.toFixed(1)} MB at most (${own.toFixed(1)} MB of it its own), CPU ${share.toFixed(3)} % of a core over ${seconds} s, child processes ${kids}`,
  );
};

/** Nobody asks them for anything: as an agent that waits for work. */
const startPeers = (dir) => {
  const config = join(dir, 'zabbix.conf');
  const said = ['Server=127.0.0.1', 'ListenIP=127.0.0.1', 'ListenPort=20050', 'Hostname=bench', 'LogType=console'];
  writeFileSync(config, [...said, 'AllowRoot=1', `PidFile=${join(dir, 'zabbix.pid')}`, ''].join('\n'));
  return [
    ['/usr/bin/prometheus-node-exporter', ['--web.listen-address=127.0.0.1:20051']],
    ['/usr/sbin/zabbix_agentd', ['-f', '-c', config]],
  ]
    .filter(([program]) => existsSync(program))
    .map(([program, args]) => ({ program, child: spawn(program, args, { stdio: 'ignore' }) }));
};

const plane = await startPlane();
const stateDir = mkdtempSync(join(tmpdir(), 'bench-agent-'));
let agent;
const peers = startPeers(stateDir);
try {
  const { token } = await plane.api('POST', '/api/v1/agents/enrolments', { name: 'bench', class: 'bench' });
  // As deploy/fleetscope-agent.service starts it.
  const flags = ['--max-semi-space-size=1', '--max-old-space-size=128'];
  const program = join(root, 'apps', 'agent', 'dist', 'fleetscope-agent.cjs');
  agent = spawn(process.execPath, [...flags, program, '--server', plane.url, '--state', stateDir], {
    env: { PATH: process.env.PATH, FLEETSCOPE_ENROL_TOKEN: token },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await sleep(5_000);
  await Promise.all([
    watch('idle, before its first run', agent.pid),
    ...peers.map(({ program, child }) => watch(program, child.pid)),
  ]);
  plane.cli('triage', 'bench', '--window', '3s', '--json');
  await sleep(5_000);
  await watch('idle, after a triage', agent.pid);
} finally {
  agent?.kill('SIGTERM');
  for (const { child } of peers) child.kill('SIGTERM');
  await plane.stop();
  rmSync(stateDir, { recursive: true, force: true });
}

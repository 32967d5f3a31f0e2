// What an agent costs while it waits: resident memory, CPU, child processes. A real agent against a real control plane.
//   node tools/bench/agent.mjs [--seconds 60]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
const children = (pid) =>
  readdirSync('/proc').filter((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
    } catch {
      return false;
    }
  }).length;

const watch = async (name, pid) => {
  const before = cpuSeconds(pid);
  const began = Date.now();
  let most = 0;
  let kids = 0;
  while (Date.now() - began < seconds * 1000) {
    most = Math.max(most, memory(pid).rssMb);
    kids = Math.max(kids, children(pid));
    await sleep(500);
  }
  const cpu = ((cpuSeconds(pid) - before) / ((Date.now() - began) / 1000)) * 100;
  console.log(
    `${name}: RSS ${most.toFixed(1)} MB at most (${memory(pid).ownMb.toFixed(1)} MB of it its own), CPU ${cpu.toFixed(3)} % of a core over ${seconds} s, child processes ${kids}`,
  );
};

const plane = await startPlane();
const stateDir = mkdtempSync(join(tmpdir(), 'bench-agent-'));
let agent;
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
  await watch('idle, before its first run', agent.pid);
  plane.cli('triage', 'bench', '--window', '3s', '--json');
  await sleep(5_000);
  await watch('idle, after a triage', agent.pid);
} finally {
  agent?.kill('SIGTERM');
  await plane.stop();
  rmSync(stateDir, { recursive: true, force: true });
}

// Records the planted cases anew: `sudo node libs/analysis/tools/record.mjs [NAME …]`, after compiling libs/contracts and
// libs/runbooks. Each one runs the probe in namespaces of its own (processes, network, mounts, host name), so that its
// network counters, processes and mounts are the case's alone; CPUs, disks and the kernel log are the machine's. What other
// work did to the CPUs meanwhile is measured, and rules about the CPU are left open where it did much.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { createRequire } from 'node:module';
import { PLANTED } from './planted.mjs';

const { compileProbe, findRunbook, loadCatalogue, resolveParameters } = createRequire(import.meta.url)(
  '../../runbooks/dist/index.js',
);

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const catalogue = loadCatalogue(join(root, 'libs', 'runbooks', 'catalog'));
const WINDOW = '5s';

/** CPU time of everything but the case, as a share of all CPUs, beyond which rules about CPUs are left open. */
const QUIET = 0.15;
const OF_THE_MACHINE = [
  'cgroup-cpu',
  'cgroup-io',
  'cpu-imbalance',
  'cpu-iowait',
  'cpu-load',
  'cpu-pressure',
  'cpu-runqueue',
  'cpu-steal',
  'cpu-switches',
  'cpu-system',
  'cpu-utilization',
  'disk-await',
  'disk-pressure',
  'disk-queue',
  'disk-utilization',
  'mem-dirty',
  'mem-pressure',
  'mem-reclaim',
  'writeback-burst',
];

const byRule = (rules, reason) => Object.fromEntries(rules.map((rule) => [rule, reason]));
/** The average of a minute still knows what ran before. */
const ONE_MINUTE = byRule(['cpu-load'], 'the load of the minute before counts in it');

/** What the shell does inside: set up, plant, let it work, run the probe on a lifeline, and end with all its children. */
const inside = ({ setup = '', plant = '', warm = 1, in: where = '' }, dir) => `
set -e
hostname web-1
for mount in $(awk '{ print $2 }' /proc/self/mounts | grep ^/mnt/ || true); do umount -l "$mount" || true; done
ip link set lo up
cd ${dir}
mkdir work; mount -t tmpfs none work; cd work
${setup}
{
${plant || ':'}
} >../plant.log 2>&1 </dev/null &
sleep ${warm}
cat /sys/fs/cgroup/cpuacct/recorder/cpuacct.usage >../case.begin; head -1 /proc/stat >../all.begin
mkfifo ../life
sleep 60 >../life &
setsid --wait ${where} sh ../probe.sh <../life >../frames 2>../probe.log || true
cat /sys/fs/cgroup/cpuacct/recorder/cpuacct.usage >../case.end; head -1 /proc/stat >../all.end
`;

/** Ticks of work and of everything, of /proc/stat's first line. */
const ticks = (text) => {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = text.trim().split(/\s+/).slice(1).map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + iowait };
};

const record = (planted) => {
  const { name, title, how, finds = [], open = {}, runbook = 'triage-60s', parameters = {} } = planted;
  const dir = mkdtempSync(join(tmpdir(), 'case-'));
  const book = findRunbook(catalogue, runbook);
  const window = Object.hasOwn(book.parameters ?? {}, 'window') ? { window: WINDOW } : {};
  const given = { ...window, ...parameters };
  writeFileSync(join(dir, 'probe.sh'), compileProbe(book, resolveParameters(book, given)).program);
  mkdirSync('/sys/fs/cgroup/cpuacct/recorder', { recursive: true });
  // Sessions of their own: a probe ends its whole process group when it is done.
  const script = `echo $$ >/sys/fs/cgroup/cpuacct/recorder/cgroup.procs; exec setsid --wait unshare --pid --fork --kill-child --mount-proc --uts --net --mount sh -c "$1"`;
  const at = new Date();
  const { stderr } = spawnSync('sh', ['-c', script, 'sh', inside(planted, dir)], {
    encoding: 'utf8',
    timeout: 150_000,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const read = (file) => readFileSync(join(dir, file), 'utf8');
  try {
    const frames = readFileSync(join(dir, 'frames'));
    const [begin, end] = [ticks(read('all.begin')), ticks(read('all.end'))];
    const own = (Number(read('case.end')) - Number(read('case.begin'))) / 1e7;
    const others = Math.max(0, end.busy - begin.busy - own) / (end.all - begin.all);
    const shared = others > QUIET;
    if (shared && planted.quiet) {
      process.stdout.write(`${name}: not kept, other work took ${(100 * others).toFixed(0)} %\n`);
      return;
    }
    const found = new Set(finds.map(({ rule }) => rule));
    const unlessFound = (rules) => Object.fromEntries(Object.entries(rules).filter(([rule]) => !found.has(rule)));
    const label = {
      title,
      how,
      recorded: `${at.toISOString().slice(0, 10)}, Linux ${release()}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)} at the end, other work ${(100 * others).toFixed(0)} % of the CPUs`,
      runbook,
      ...(Object.keys(given).length > 0 ? { parameters: given } : {}),
      frames: 'frames.gz',
      finds,
      open: unlessFound({
        ...(shared ? byRule(OF_THE_MACHINE, 'other work shared the machine') : ONE_MINUTE),
        ...open,
      }),
    };
    const target = join(root, 'libs', 'analysis', 'cases', name);
    mkdirSync(target, { recursive: true });
    const packed = gzipSync(frames, { level: 9 });
    writeFileSync(join(target, 'frames.gz'), packed);
    writeFileSync(join(target, 'label.yaml'), stringify(label, { lineWidth: 120 }));
    process.stdout.write(`${name}: ${packed.length} B, other work ${(100 * others).toFixed(0)} %\n`);
  } catch (error) {
    process.stderr.write(`${name}: ${error.message}\n${stderr}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

if (process.getuid?.() !== 0) throw new Error('planting faults needs root');
const wanted = process.argv.slice(2);
for (const planted of PLANTED) if (wanted.length === 0 || wanted.includes(planted.name)) record(planted);

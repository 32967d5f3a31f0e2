// `./fleetscope test`: everything that must hold before a change lands, in the order in which it fails fastest.
//   ./fleetscope test              all of it
//   ./fleetscope test unit e2e     some stages
//   ./fleetscope test --list       the stages
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
process.chdir(root);
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** What the tests drive: a program, and Debian's package that brings it. */
const TOOLS = [
  ['sshd', 'openssh-server'],
  ['ssh-keygen', 'openssh-client'],
  ['mpstat', 'sysstat'],
  ['vmstat', 'procps'],
  ['ss', 'iproute2'],
  ['shellcheck', 'shellcheck'],
  ['dash', 'dash'],
  ['bash', 'bash'],
  ['busybox', 'busybox'],
  ['redis-server', 'redis-server'],
  ['chromium', 'chromium'],
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['openssl', 'openssl'],
  ['taskset', 'util-linux'],
  ['python3', 'python3-minimal'],
  ['pgrep', 'procps'],
  ['sudo', 'sudo'],
  // Not run: its examples are read (libs/parsers/test/published.spec.ts).
  ['tcpretrans-bpfcc', 'bpfcc-tools'],
  ['stress-ng', 'stress-ng'],
  // Captures, and what they are tried on.
  ['perf', 'linux-perf'],
  ['bpftrace', 'bpftrace'],
  ['g++', 'build-essential'],
  ['iptables', 'iptables'],
  ['ethtool', 'ethtool'],
  ['losetup', 'mount'],
  ['lsblk', 'util-linux'],
];
const PATHS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const missing = () => TOOLS.filter(([tool]) => !PATHS.some((dir) => existsSync(join(dir, tool))));

const run = (command, args, options = {}) => {
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    ...options,
    env: { ...process.env, NX_DAEMON: 'false', ...options.env },
  });
  if (error) throw error;
  return status === 0;
};

const installTools = () => {
  let absent = missing();
  if (absent.length === 0) return true;
  const packages = [...new Set(absent.map(([, name]) => name))];
  if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(
      `fleetscope: the tests need ${absent.map(([tool]) => tool).join(', ')} (on Debian: sudo apt-get install ${packages.join(' ')})`,
    );
    return false;
  }
  console.error(`installing ${packages.join(', ')} …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
  run('apt-get', ['update', ...quiet], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  run('apt-get', ['install', '-y', '--no-install-recommends', ...quiet, ...packages], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  absent = missing();
  if (absent.length > 0)
    console.error(`fleetscope: could not be installed: ${absent.map(([tool]) => tool).join(', ')}`);
  return absent.length === 0;
};

const openApiIsCurrent = () => {
  const fresh = join(root, 'tmp', 'openapi.json');
  execFileSync('mkdir', ['-p', join(root, 'tmp')]);
  execFileSync(process.execPath, ['apps/api/dist/openapi.js', fresh]);
  if (readFileSync(fresh, 'utf8') === readFileSync('openapi.json', 'utf8')) return true;
  console.error('openapi.json is not what the routes say: run `node tools/build/openapi.mjs` and commit what changes');
  return false;
};

const jest = (project, ...more) => run(process.execPath, [bin('jest'), '--selectProjects', ...project, ...more]);
const suitesThatFailed = (report) => {
  if (!existsSync(report)) return [];
  return JSON.parse(readFileSync(report, 'utf8'))
    .testResults.filter(({ status }) => status === 'failed')
    .map(({ name }) => relative(root, name));
};

/** Suites that failed and then passed: said at the end, so that nobody takes them for sound. */
const secondTries = [];
/** More than these are no accident. */
const MOST_SECOND_TRIES = 3;

/**
 * Suites that drive a whole machine, one after the other. What they measure of it is real, and so is what else it does (a
 * hypervisor takes the CPU, a disk stalls): up to three that failed are run once more, alone, from nothing. A fault of
 * ours fails there again.
 */
const system = (project) => {
  const report = join(root, 'tmp', `${project}.json`);
  rmSync(report, { force: true });
  if (jest([project], '--runInBand', '--json', '--outputFile', report)) return true;
  const failed = suitesThatFailed(report);
  if (failed.length === 0 || failed.length > MOST_SECOND_TRIES) return false;
  console.error(`── ${project}: once more, alone: ${failed.join(', ')}`);
  if (!jest([project], '--runInBand', '--runTestsByPath', ...failed)) return false;
  secondTries.push(...failed);
  return true;
};
const UNIT = ['contracts', 'runbooks', 'parsers', 'profiles', 'analysis', 'api', 'agent', 'cli', 'ui'];

const STAGES = {
  tools: installTools,
  build: () => run('./fleetscope', ['--version'], { stdio: ['ignore', 'ignore', 'inherit'] }),
  // Before lint: nx writes down the project graph that the boundary rule reads.
  types: () =>
    run(bin('nx'), ['run-many', '-t', 'typecheck', '--skip-nx-cache', '--outputStyle=static', '--parallel=2']) &&
    run(bin('tsc'), ['-p', 'test/tsconfig.json']),
  lint: () => run(bin('eslint'), ['.', '--max-warnings=0', '--cache', '--cache-location', 'tmp/eslint']),
  format: () => run(bin('prettier'), ['--check', '--log-level=warn', '.']),
  shell: () => run('shellcheck', ['-s', 'sh', 'fleetscope']),
  openapi: openApiIsCurrent,
  'bundle-size': () => run(process.execPath, ['tools/build/bundle-size.mjs']),
  unit: () => jest(UNIT, '--passWithNoTests'),
  // 200,000 mutated recordings through every parser.
  fuzz: () => run(process.execPath, ['libs/parsers/tools/fuzz.mjs', '200000']),
  integration: () => system('integration'),
  e2e: () => system('e2e'),
};

const wanted = process.argv.slice(2);
if (wanted.includes('--list')) {
  console.log(Object.keys(STAGES).join('\n'));
  process.exit(0);
}
const unknown = wanted.find((name) => !(name in STAGES));
if (unknown) {
  console.error(`fleetscope: there is no stage ${unknown} (there are: ${Object.keys(STAGES).join(', ')})`);
  process.exit(2);
}
const NEED_ROOT = ['integration', 'e2e'];
const rootStages = NEED_ROOT.filter((name) => wanted.length === 0 || wanted.includes(name));
if (process.getuid() !== 0 && rootStages.length > 0) {
  const others = Object.keys(STAGES).filter((name) => !NEED_ROOT.includes(name));
  console.error(
    `fleetscope: ${rootStages.join(' and ')} start sshd and mount file systems, which needs root (sudo ./fleetscope test, or without them: ./fleetscope test ${others.join(' ')})`,
  );
  process.exit(2);
}
let passed = 0;
for (const [name, stage] of Object.entries(STAGES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const began = Date.now();
  console.error(`\n── ${name}`);
  const ok = stage();
  console.error(`── ${name}: ${ok ? 'passed' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  if (!ok) {
    console.log(`stages: ${passed} passed, 1 failed`);
    process.exit(1);
  }
  passed += 1;
}
if (secondTries.length > 0) console.log(`failed once, then passed: ${secondTries.join(', ')} (worth a look)`);
console.log(`stages: ${passed} passed, 0 failed`);

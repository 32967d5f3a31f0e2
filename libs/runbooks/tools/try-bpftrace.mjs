// Runs every program of the catalogue on the bpftrace of other releases of Debian: `sudo node libs/runbooks/tools/try-bpftrace.mjs
// [RELEASE …]` (trixie and sid without one), after compiling libs/runbooks. Prints which load and run; those for other
// kernels than this one fail. Nothing is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const { fillPlaceholders, loadCatalogue, resolveParameters } = createRequire(import.meta.url)('../dist/index.js');
const catalogue = loadCatalogue(join(root, 'libs', 'runbooks', 'catalog'));

const tryRelease = (release, dir) => {
  execFileSync('sh', [join(root, 'tools', 'debian', 'unpack-release.sh'), release, dir, 'bpftrace'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const bpftrace = join(dir, 'run', 'bpftrace');
  process.stdout.write(`${execFileSync(bpftrace, ['--version'], { encoding: 'utf8' }).trim()}\n`);
  const tried = new Set();
  for (const runbook of catalogue.values())
    for (const [name, text] of Object.entries(runbook.programs ?? {})) {
      if (tried.has(name)) continue;
      tried.add(name);
      const filled = fillPlaceholders(text, runbook, resolveParameters(runbook, { duration: '2s' }));
      const { status, stderr } = spawnSync(bpftrace, ['-B', 'line', '-e', filled], {
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      const why = stderr.split('\n').find((line) => line.includes('ERROR')) ?? '';
      process.stdout.write(`${status === 0 ? 'runs' : 'fails'} ${name} ${status === 0 ? '' : why}\n`);
    }
};

if (process.getuid?.() !== 0) throw new Error('tracing needs root');
const wanted = process.argv.slice(2);
for (const release of wanted.length > 0 ? wanted : ['trixie', 'sid']) {
  const dir = mkdtempSync(join(tmpdir(), `bpftrace-${release}-`));
  try {
    tryRelease(release, dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

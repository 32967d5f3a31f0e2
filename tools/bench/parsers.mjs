// Parsers side by side with jc on the same texts: `node tools/bench/parsers.mjs [MB]`.
// jc is Debian's package, called in process from Python, so that neither pays for starting. Each text is a single report
// and the same made long; the best of several runs counts.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const megabytes = Number(process.argv[2] ?? 1);
const SINGLE_WANTED = 2;
const LONG_WANTED = 20;

const scratch = mkdtempSync(join(tmpdir(), 'fleetscope-bench-'));
const bundle = join(scratch, 'parsers.cjs');
await build({
  entryPoints: ['libs/parsers/src/index.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  alias: { '@fleetscope/contracts': './libs/contracts/src/index.ts' },
  logLevel: 'warning',
});
const { parseText } = createRequire(import.meta.url)(bundle);

/** Where a text's repeatable part begins: lines before it are its heading. */
const subjects = [
  { parser: 'vmstat', jc: 'vmstat', file: 'vmstat/vmstat--4.0.2--plain-C.txt', heading: 2 },
  { parser: 'iostat', jc: 'iostat', file: 'iostat/iostat--12.0.6--x-C.txt', heading: 0 },
  { parser: 'mpstat', jc: 'mpstat', file: 'mpstat/mpstat--12.6.1--all-cpus-C.txt', heading: 0 },
  { parser: 'pidstat', jc: 'pidstat', file: 'pidstat/pidstat--9.1.7--urdwh-C.txt', heading: 0 },
  { parser: 'df', jc: 'df', file: 'df/df--coreutils--posix.txt', heading: 1 },
  { parser: 'free', jc: 'free', file: 'free/free--4.0.2--plain-C.txt', heading: null },
  { parser: 'uptime', jc: 'uptime', file: 'uptime/uptime--4.0.2--plain-C.txt', heading: null },
  { parser: 'proc-meminfo', jc: 'proc_meminfo', file: 'proc-meminfo/linux--6.18.44--meminfo.txt', heading: null },
  { parser: 'proc-diskstats', jc: 'proc_diskstats', file: 'proc-diskstats/linux--6.18.44--diskstats.txt', heading: 0 },
];

const lengthen = (text, heading) => {
  const lines = text.trimEnd().split('\n');
  const body = `${lines.slice(heading).join('\n')}\n`;
  return `${lines
    .slice(0, heading)
    .map((line) => `${line}\n`)
    .join('')}${body.repeat(Math.ceil((megabytes * 1e6) / body.length))}`;
};

const tasks = subjects.flatMap(({ parser, jc, file, heading }) => {
  const text = readFileSync(join('libs/parsers/fixtures', file), 'utf8');
  const single = { parser, jc, text, kind: 'single', rounds: 300 };
  return heading === null ? [single] : [single, { parser, jc, text: lengthen(text, heading), kind: 'long', rounds: 1 }];
});

const PYTHON = `
import json, sys, time, jc
for task in json.load(open(sys.argv[1])):
    try:
        best = None
        for run in range(3):
            begin = time.perf_counter()
            for _ in range(task['rounds']):
                jc.parse(task['jc'], task['text'], quiet=True)
            took = (time.perf_counter() - begin) / task['rounds']
            best = took if best is None or took < best else best
        print(json.dumps(best))
    except Exception as error:
        print(json.dumps(None))
`;
const input = join(scratch, 'tasks.json');
writeFileSync(input, JSON.stringify(tasks));
const python = spawnSync('/usr/bin/python3', ['-c', PYTHON, input], { encoding: 'utf8', maxBuffer: 1e8 });
rmSync(scratch, { recursive: true });
if (python.status !== 0) {
  process.stderr.write(`jc can't be run (apt-get install jc): ${python.stderr}\n`);
  process.exit(2);
}
const theirs = python.stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const ours = ({ parser, text, rounds }) => {
  let best = Infinity;
  for (let run = 0; run < 5; run++) {
    const begin = performance.now();
    for (let round = 0; round < rounds; round++) parseText(parser, text, { collectedAt: 1_795_302_000_000 });
    best = Math.min(best, (performance.now() - begin) / 1000 / rounds);
  }
  return best;
};

let short = 0;
for (const [at, task] of tasks.entries()) {
  const seconds = ours(task);
  const other = theirs[at];
  const wanted = task.kind === 'single' ? SINGLE_WANTED : LONG_WANTED;
  const ratio = other === null ? null : other / seconds;
  if (ratio !== null && ratio < wanted) short++;
  const size = `${(task.text.length / 1000).toFixed(1)} kB`;
  process.stdout.write(
    `${task.parser.padEnd(16)} ${task.kind.padEnd(7)} ${size.padStart(10)} ${(seconds * 1e3).toFixed(3).padStart(10)} ms` +
      `  jc ${other === null ? 'fails' : `${(other * 1e3).toFixed(3).padStart(10)} ms  ${ratio.toFixed(1)}x (wanted ${wanted}x)`}\n`,
  );
}
process.exitCode = short === 0 ? 0 : 1;

// Parsers side by side with jc on the same texts: `node tools/bench/parsers.mjs [MB] [parser …]`.
// jc is Debian's package, called in process from Python, so that neither pays for starting. Each text is a single report
// and the same made long; both take turns on each text, a turn of one lasting as long as the other's, and the best of their
// runs counts: what else the machine does then hits both alike.
//
// What is compared is the parse that gives columns, observations and issues; jc's result is its rows. The last column is the
// same parse with every row made as an object too, which ours does only when somebody asks for `rows`.
//
// A control plane parses texts by the thousand, in a process that runs for weeks: before the clock counts, both sides have
// parsed each single report 2,000 times and each long text 20 times. Without that the first rounds measure ours' compiler.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const megabytes = Number(process.argv[2] ?? 1);
const only = process.argv.slice(3);
const SINGLE_WANTED = 2;
const LONG_WANTED = 20;
const TURNS = 12;
const SINGLE_ROUNDS = 200;
const WARM_UP_ROUNDS = { single: 2000, long: 20 };

/** `heading`: lines before the part that is repeated; null for a text that can't be long. */
const subjects = [
  { parser: 'vmstat', jc: 'vmstat', file: 'vmstat/vmstat--4.0.2--plain-C.txt', heading: 2 },
  { parser: 'iostat', jc: 'iostat', file: 'iostat/iostat--12.0.6--x-C.txt', heading: 0 },
  { parser: 'mpstat', jc: 'mpstat', file: 'mpstat/mpstat--12.6.1--all-cpus-C.txt', heading: 0 },
  { parser: 'pidstat', jc: 'pidstat', file: 'pidstat/pidstat--9.1.7--urdwh-C.txt', heading: 0 },
  { parser: 'df', jc: 'df', file: 'df/df--coreutils--posix.txt', heading: 1 },
  { parser: 'free', jc: 'free', file: 'free/free--4.0.2--plain-C.txt', heading: null },
  { parser: 'uptime', jc: 'uptime', file: 'uptime/uptime--4.0.2--plain-C.txt', heading: null },
  { parser: 'w', jc: 'w', file: 'w/w--4.0.2--plain.txt', heading: null },
  { parser: 'ps', jc: 'ps', file: 'ps/ps--4.0.2--threads.txt', heading: 1 },
  { parser: 'top', jc: 'top', file: 'top/top--4.0.2--two.txt', heading: 0 },
  { parser: 'ss', jc: 'ss', file: 'ss/ss--6.1.0--tulpen.txt', heading: 1 },
  { parser: 'proc-meminfo', jc: 'proc_meminfo', file: 'proc-meminfo/linux--6.18.44--meminfo.txt', heading: null },
  { parser: 'proc-vmstat', jc: 'proc_vmstat', file: 'proc-vmstat/linux--6.18.44--vmstat.txt', heading: null },
  { parser: 'proc-stat', jc: 'proc_stat', file: 'proc-stat/linux--6.18.44--stat.txt', heading: null },
  { parser: 'proc-loadavg', jc: 'proc_loadavg', file: 'proc-loadavg/linux--6.18.44--loadavg.txt', heading: null },
  { parser: 'proc-diskstats', jc: 'proc_diskstats', file: 'proc-diskstats/linux--6.18.44--diskstats.txt', heading: 0 },
  { parser: 'proc-net-dev', jc: 'proc_net_dev', file: 'proc-net-dev/linux--6.18.44--dev.txt', heading: null },
  { parser: 'proc-zoneinfo', jc: 'proc_zoneinfo', file: 'proc-zoneinfo/linux--6.18.44--zoneinfo.txt', heading: 0 },
  {
    parser: 'proc-pid-status',
    jc: 'proc_pid_status',
    file: 'proc-pid-status/linux--6.18.44--status.txt',
    heading: null,
  },
  { parser: 'proc-pid-io', jc: 'proc_pid_io', file: 'proc-pid-io/linux--6.18.44--io.txt', heading: null },
].filter(({ parser }) => only.length === 0 || only.includes(parser));

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
  const single = { parser, jc, text, kind: 'single', rounds: SINGLE_ROUNDS };
  return heading === null ? [single] : [single, { parser, jc, text: lengthen(text, heading), kind: 'long', rounds: 1 }];
});

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
const input = join(scratch, 'tasks.json');
writeFileSync(input, JSON.stringify(tasks));

/** One turn a line: the number of a task and the rounds in, the seconds of one parse out. */
const PYTHON = `
import json, sys, time, jc
tasks = json.load(open(sys.argv[1]))
print('ready', flush=True)
for line in sys.stdin:
    at, rounds = map(int, line.split())
    task = tasks[at]
    try:
        begin = time.perf_counter()
        for _ in range(rounds):
            jc.parse(task['jc'], task['text'], quiet=True)
        print(json.dumps((time.perf_counter() - begin) / rounds), flush=True)
    except Exception as error:
        print('null', flush=True)
`;
const python = spawn('/usr/bin/python3', ['-c', PYTHON, input], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
python.once('error', () => undefined);
const ready = await Promise.race([answers.next(), once(python, 'exit').then(() => ({ done: true }))]);
rmSync(scratch, { recursive: true });
if (ready.done) {
  process.stderr.write("jc can't be run: apt-get install jc\n");
  process.exit(2);
}
const theirs = async (task, rounds) => {
  python.stdin.write(`${task} ${rounds}\n`);
  return JSON.parse((await answers.next()).value);
};

const ours = ({ parser, text }, rounds, withRows) => {
  const begin = performance.now();
  for (let round = 0; round < rounds; round++) {
    const result = parseText(parser, text, { collectedAt: 1_795_302_000_000 });
    if (withRows && result.rows.length < 0) throw new Error('no rows');
  }
  return (performance.now() - begin) / 1000 / rounds;
};

let short = 0;
const ms = (seconds) => `${(seconds * 1e3).toFixed(3).padStart(9)} ms`;
for (const [at, task] of tasks.entries()) {
  const best = { parse: Infinity, rows: Infinity, jc: Infinity };
  const { rounds } = task;
  const warmUp = WARM_UP_ROUNDS[task.kind];
  for (const withRows of [false, true]) ours(task, warmUp, withRows);
  await theirs(at, warmUp);
  for (let turn = 0; turn < TURNS; turn++) {
    const other = await theirs(at, rounds);
    best.jc = other === null ? null : Math.min(best.jc, other);
    const until = performance.now() + (other ?? 0) * rounds * 1000;
    do best.parse = Math.min(best.parse, ours(task, rounds, false));
    while (performance.now() < until);
    best.rows = Math.min(best.rows, ours(task, rounds, true), ours(task, rounds, true));
    if (other === null) break;
  }
  const wanted = task.kind === 'single' ? SINGLE_WANTED : LONG_WANTED;
  const ratio = best.jc === null ? null : best.jc / best.parse;
  if (ratio !== null && ratio < wanted) short++;
  const compared =
    ratio === null
      ? 'jc fails'
      : `jc ${ms(best.jc)}  ${ratio.toFixed(1).padStart(5)}x (wanted ${wanted}x)  with row objects ${ms(best.rows)} ${(best.jc / best.rows).toFixed(1).padStart(5)}x`;
  process.stdout.write(
    `${task.parser.padEnd(16)} ${task.kind.padEnd(6)} ${`${(task.text.length / 1000).toFixed(1)} kB`.padStart(10)} ${ms(best.parse)}  ${compared}\n`,
  );
}
python.stdin.end();
process.exitCode = short === 0 ? 0 : 1;

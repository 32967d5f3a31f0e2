// A large fleet from one real triage: `node tools/simulate/fleet.mjs EVIDENCE.zip OUT.zip [HOSTS]` takes the sealed evidence of
// a host and makes that of 5,000 (or as many as are asked for, with the named steps alone), which any control plane imports as it would a colleague's.
// The texts are those of the real tools; what a host is sick with is written into their columns. The same ones every time.
// `node tools/simulate/fleet.mjs --csv [HOSTS]` prints the same hosts as an inventory for `fleetscope hosts import`.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { unzipSync, zipSync } = createRequire(import.meta.url)('fflate');

/** A sealed zip holds 60,000 files at the most, its manifest 64 MB; and each text is read and judged. */
const STEPS = ['vmstat', 'iostat', 'free', 'df', 'ss-lnt'];
const CLASSES = ['web', 'db', 'cache', 'batch'];

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const text = (bytes) => Buffer.from(bytes).toString('utf8');

const generator = (seed) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;

/** A table of a tool with columns set to what `values` says, in every row below a header that has them. */
const withColumns = (table, values, isRow = () => true) => {
  let header = [];
  return table
    .split('\n')
    .map((line) => {
      const words = line.trim().split(/\s+/);
      if (Object.keys(values).some((name) => words.includes(name))) {
        header = words;
        return line;
      }
      if (words.length !== header.length || !isRow(words)) return line;
      return header.map((name, i) => String(values[name] ?? words[i])).join(' ');
    })
    .join('\n');
};

/** The machine that was triaged may have been busy: a simulated host is not, unless it is made so. */
const healthy = ({ iostat, vmstat, df, free }, random, busier) => {
  const us = busier + Math.floor(random() * 40);
  return {
    iostat: withColumns(iostat, {
      ...{ r_await: (0.2 + random()).toFixed(2), w_await: (0.2 + random()).toFixed(2), f_await: '0.10' },
      ...{
        'aqu-sz': '0.02',
        '%util': (random() * 9).toFixed(2),
        '%steal': '0.00',
        '%iowait': '0.10',
        '%idle': '92.00',
      },
    }),
    vmstat: withColumns(vmstat, { r: Math.floor(random() * 2), b: 0, us, sy: 2, id: 98 - us, wa: 0, st: 0 }),
    df: df.replace(/ +\d+ +\d+ +\d+% (\/\S*)$/gm, ' 30000000 90000000 25% $1'),
    free: free.replace(/^Mem: .*$/m, `Mem: 24152 ${900 + Math.floor(random() * 4000)} 12022 44 3634 16287`),
  };
};

/** What can be wrong with a host: how often, and what its tools say then. */
const TROUBLES = [
  {
    name: 'slow disk',
    step: 'iostat',
    every: 250,
    change: ({ iostat }, random) => ({
      iostat: withColumns(
        iostat,
        { w_await: (45 + random() * 20).toFixed(2), 'aqu-sz': '25.46', '%util': '98.20', 'w/s': '412.00' },
        ([device]) => !device.startsWith('loop'),
      ),
    }),
  },
  {
    name: 'long run queue',
    step: 'vmstat',
    every: 190,
    change: ({ vmstat }) => ({ vmstat: withColumns(vmstat, { r: 64, us: 92, id: 0 }) }),
  },
  {
    name: 'full file system',
    step: 'df',
    every: 310,
    change: ({ df }) => ({ df: df.replace(/ +\d+ +\d+ +\d+% \/$/m, ' 262000000 900000 99% /') }),
  },
  {
    name: 'no memory',
    step: 'free',
    every: 410,
    change: ({ free }) => ({ free: free.replace(/^Mem: .*$/m, 'Mem: 24152 23600 210 44 342 280') }),
  },
  {
    name: 'full accept queue',
    step: 'ss-lnt',
    every: 530,
    change: ({ 'ss-lnt': ss }) => ({ 'ss-lnt': ss.replace(/^LISTEN 0 +/m, 'LISTEN 512    ') }),
  },
];
const UNREACHABLE_EVERY = 500;
const WITHOUT_SYSSTAT_EVERY = 125;

const hits = (n, every, shift) => n % every === shift % every;

/** Name, class and labels of the nth host. */
export const simulatedHost = (n) => {
  const hostClass = CLASSES[n % CLASSES.length];
  return {
    name: `${hostClass}-${String(n).padStart(5, '0')}`,
    class: hostClass,
    labels: { rack: `r${n % 40}`, zone: `z${n % 3}` },
  };
};

const runOf = (n, template, random, { busier, steps, sick }) => {
  const { name, class: hostClass, labels } = simulatedHost(n);
  const base = { ...template.run, host: name, hostClass, labels };
  if (hits(n, UNREACHABLE_EVERY, 17))
    return {
      run: {
        ...base,
        ...{ state: 'unreachable', reason: 'connect ETIMEDOUT 10.0.0.1:22', startedAt: null, cost: null, clock: null },
        ...{ facts: null, steps: [], files: [] },
      },
      texts: {},
    };
  let texts = { ...template.texts, ...healthy(template.texts, random, busier) };
  TROUBLES.forEach(({ every, change }, i) => {
    if (hits(n, every, i + 3)) texts = { ...texts, ...change(texts, random) };
  });
  if (Object.entries(labels).some((label) => label.join('=') === sick))
    texts = { ...texts, ...TROUBLES[0].change(texts, random) };
  const isPartial = hits(n, WITHOUT_SYSSTAT_EVERY, 61);
  if (isPartial) delete texts.iostat;
  texts = Object.fromEntries(Object.entries(texts).filter(([step]) => steps.includes(step)));
  const says = { state: 'skipped', says: 'iostat is not installed', alternative: null, command: null, parser: null };
  return {
    run: {
      ...base,
      ...(isPartial ? { state: 'partial', reason: 'iostat is not installed' } : {}),
      steps: base.steps
        .filter(({ step }) => steps.includes(step))
        .map((step) => (step.step in texts ? step : { ...step, ...says })),
    },
    texts,
  };
};

/**
 * `busier`: so much more of its CPU every host uses. `steps`: the tools whose output the hosts have. `sick`: a label
 * (`rack=r7`) whose hosts all have a slow disk.
 * @returns the zip, and what it holds: names, and how many answered in full, in part and not at all.
 */
export const simulatedFleet = (evidence, hosts = 5_000, { seed = 7, busier = 0, steps = STEPS, sick } = {}) => {
  const packed = unzipSync(evidence);
  const manifest = JSON.parse(text(packed['manifest.json']));
  const [{ files: real, ...run }] = manifest.runs;
  const kept = real.filter(({ step, stream }) => stream === 'stdout' && STEPS.includes(step));
  const template = {
    run: { ...run, steps: run.steps.filter(({ step }) => kept.some((file) => file.step === step)) },
    texts: Object.fromEntries(kept.map(({ step, file }) => [step, text(packed[file])])),
  };
  // Of the facts only those that say what sort of machine it is: five thousand times all of them is most of a manifest.
  template.run.facts = Object.fromEntries(
    Object.entries(run.facts ?? {}).filter(([name]) => /^(cpus|kernel|mem_total_kb|distro|arch)$/.test(name)),
  );
  const random = generator(seed);
  const files = {};
  const runs = Array.from({ length: hosts }, (_, n) => {
    const made = runOf(n, template, random, { busier, steps, sick });
    return {
      ...made.run,
      files: Object.entries(made.texts).map(([step, content]) => {
        const bytes = Buffer.from(content);
        const file = `evidence/${made.run.host}/${step}.stdout`;
        files[file] = bytes;
        const like = kept.find((one) => one.step === step);
        return { ...like, file, sha256: sha256(bytes), size: bytes.length };
      }),
    };
  });
  const sealed = Buffer.from(JSON.stringify({ ...manifest, runs }));
  const count = (state) => runs.filter((one) => one.state === state).length;
  return {
    zip: Buffer.from(
      zipSync(
        {
          'manifest.json': sealed,
          'manifest.json.sha256': Buffer.from(`${sha256(sealed)}  manifest.json\n`),
          ...files,
        },
        { level: 1 },
      ),
    ),
    told: {
      ...{ hosts, succeeded: count('succeeded'), partial: count('partial'), unreachable: count('unreachable') },
      troubled: runs.filter(
        (one, n) =>
          one.state !== 'unreachable' &&
          TROUBLES.some(({ every, step }, i) => steps.includes(step) && hits(n, every, i + 3)),
      ).length,
    },
  };
};

/** The same hosts as an inventory. */
export const simulatedInventory = (hosts, more = {}) =>
  [
    ['name,address,class,rack,zone', ...Object.keys(more)].join(','),
    ...Array.from({ length: hosts }, (_, n) => {
      const { name, class: hostClass, labels } = simulatedHost(n);
      const address = `127.${100 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
      return [name, address, hostClass, labels.rack, labels.zone, ...Object.values(more)].join(',');
    }),
    '',
  ].join('\n');

const main = ([from, to, hosts = '5000', steps, sick]) => {
  if (from === '--csv') return process.stdout.write(simulatedInventory(Number(to ?? hosts)));
  if (!from || !to) {
    console.error('fleet: expected EVIDENCE.zip OUT.zip [HOSTS [STEP,STEP [LABEL=VALUE]]], or --csv [HOSTS]');
    process.exitCode = 2;
    return undefined;
  }
  const { zip, told } = simulatedFleet(readFileSync(from), Number(hosts), {
    ...(steps ? { steps: steps.split(',') } : {}),
    sick,
  });
  writeFileSync(to, zip);
  return console.log(JSON.stringify(told));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));

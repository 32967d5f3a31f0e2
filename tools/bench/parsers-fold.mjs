// Folding against Node merely splitting the same bytes into lines: `node tools/bench/parsers-fold.mjs [MB] [perf script text]`.
// The text is the recordings of libs/profiles, or the one given, repeated with addresses changed now and then, so that not
// every line is known. Each runs several times in turn; the best of each counts.
import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const megabytes = Number(process.argv[2] ?? 64);
const RUNS = 5;
const CHUNK = 1_048_576;

const out = join(tmpdir(), `fleetscope-bench-${process.pid}.cjs`);
await build({
  entryPoints: ['libs/profiles/src/index.ts'],
  outfile: out,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
});
const { PerfScriptFold } = createRequire(import.meta.url)(out);

const folder = 'libs/profiles/fixtures/perf-script';
const seed = process.argv[3]
  ? readFileSync(process.argv[3], 'latin1')
  : readdirSync(folder)
      .filter((name) => /call-graph|cpu|dwarf|blank/.test(name))
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('');
const parts = [];
for (let size = 0, round = 0; size < megabytes * 1e6; round++) {
  // Other processes: the same code at other addresses.
  const part = seed.replaceAll('\t           ', `\t       7${(round % 64).toString(16).padStart(3, '0')}`);
  parts.push(part);
  size += part.length;
}
const bytes = Buffer.from(parts.join(''), 'latin1');
const chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, at) =>
  bytes.subarray(at * CHUNK, (at + 1) * CHUNK),
);

const contestants = {
  /** Each chunk decoded and split, what is cut carried over: the plainest way to lines. */
  'split(\\n)': () => {
    let rest = '';
    let count = 0;
    for (const chunk of chunks) {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      count += lines.length;
    }
    return count;
  },
  /** The same with Latin-1, which needs no decoding. */
  'split(\\n), latin1': () => {
    let rest = '';
    let count = 0;
    for (const chunk of chunks) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      count += lines.length;
    }
    return count;
  },
  /** Views of the bytes between newlines, nothing decoded. */
  'indexOf, subarray': () => {
    let count = 0;
    for (const chunk of chunks) {
      for (let from = 0; ; count++) {
        const at = chunk.indexOf(10, from);
        if (at === -1) break;
        if (chunk.subarray(from, at).length < 0) break;
        from = at + 1;
      }
    }
    return count;
  },
  fold: () => {
    const reader = new PerfScriptFold();
    for (const chunk of chunks) reader.push(chunk);
    const result = reader.end();
    for (const block of result.stacks.folded()) if (block.length === 0) throw new Error('empty');
    return result.samples;
  },
};

const best = {};
for (let run = 0; run < RUNS; run++) {
  for (const [name, work] of Object.entries(contestants)) {
    const begin = performance.now();
    const count = work();
    const seconds = (performance.now() - begin) / 1000;
    if (!best[name] || seconds < best[name].seconds) best[name] = { seconds, count };
  }
}
const rate = ({ seconds }) => bytes.length / 1e6 / seconds;
console.log(`${(bytes.length / 1e6).toFixed(0)} MB of perf script, best of ${RUNS}`);
for (const [name, one] of Object.entries(best)) {
  const ratio = name === 'fold' ? '' : `  fold/this ${(rate(best.fold) / rate(one)).toFixed(2)}`;
  console.log(
    `${name.padEnd(20)} ${rate(one).toFixed(0).padStart(6)} MB/s  ${one.count} ${name === 'fold' ? 'samples' : 'lines'}${ratio}`,
  );
}
const target = rate(best.fold) / rate(best['split(\\n)']);
console.log(`fold is ${target.toFixed(2)} times as fast as splitting into lines (wanted: 0.5 and more)`);
process.exitCode = target >= 0.5 ? 0 : 1;

// Mutations of the recordings: `node libs/parsers/tools/fuzz.mjs [cases] [seed]`, 200,000 unless told.
// Every case must end in a result or a ParseError, with finite numbers, in time, and must leave Object.prototype alone.
import { build } from 'esbuild';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cases = Number(process.argv[2] ?? 200_000);
const seed = Number(process.argv[3] ?? 1);
const SLOW_MS = 1000;
/** Mutations gain nothing from length, and cost by it. */
const MAX_TEXT = 1600;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'fleetscope-fuzz-'));
const bundle = join(scratch, 'parsers.cjs');
await build({
  entryPoints: [join(root, 'libs/parsers/src/index.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  alias: { '@fleetscope/contracts': join(root, 'libs/contracts/src/index.ts') },
  logLevel: 'warning',
});
const { parseText, detect, ParseError } = createRequire(import.meta.url)(bundle);
rmSync(scratch, { recursive: true });

const folder = join(root, 'libs/parsers/fixtures');
const texts = readdirSync(folder).flatMap((parser) =>
  readdirSync(join(folder, parser))
    .filter((name) => name.endsWith('.txt'))
    .map((name) => ({ parser, name, text: readFileSync(join(folder, parser, name), 'utf8').slice(0, MAX_TEXT) })),
);

// xorshift32: a case is made again by its seed.
let state = seed | 1;
const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};
const of = (list) => list[random(list.length)];

const GARBAGE = ['', '\0', '-', '-1.00', '1,5', '99999999999999999999', '1e999', 'NaN', '__proto__', 'constructor'];
GARBAGE.push(
  '\u001b[31m',
  '😀',
  '\t',
  ': ',
  '%',
  '[',
  ')',
  '{',
  '"',
  '\r',
  '\n',
  '\n\n',
  'Average:',
  '@@ /proc/stat 1',
);

const mutations = [
  (text, at) => text.slice(0, at) + of(GARBAGE) + text.slice(at),
  (text, at) => text.slice(0, at) + text.slice(at + random(40)),
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(0, at) + String.fromCharCode(random(0x3000)) + text.slice(at + 1),
  (text) => {
    const lines = text.split('\n');
    lines.splice(random(lines.length), random(2), of(lines), of(lines));
    return lines.join('\n');
  },
  (text) => {
    const lines = text.split('\n');
    const other = of(texts).text.split('\n');
    lines.splice(random(lines.length), 0, ...other.slice(random(other.length)).slice(0, 3));
    return lines.join('\n');
  },
];

const broken = (observations) =>
  observations.some((one) =>
    one.kind === 'measurement'
      ? one.value !== null && !Number.isFinite(one.value)
      : one.kind === 'series' &&
        (one.times.length !== one.values.length ||
          one.lines.length !== one.values.length ||
          one.values.some((value) => value !== null && !Number.isFinite(value))),
  );

const properties = Object.getOwnPropertyNames(Object.prototype).length;
const begin = performance.now();
let refused = 0;
let failures = 0;
let slowest = { ms: 0, name: '' };
const fail = (name, text, reason) => {
  failures++;
  if (failures <= 10) process.stdout.write(`${name}: ${reason}\n  ${JSON.stringify(text.slice(0, 300))}\n`);
};
for (let done = 0; done < cases; done++) {
  const { parser, name, text: original } = of(texts);
  let text = original;
  for (let edits = 1 + random(4); edits > 0; edits--) text = of(mutations)(text, random(text.length + 1));
  const before = performance.now();
  try {
    const result = parseText(parser, text, { collectedAt: 1_795_302_000_000 });
    if (broken(result.observations)) fail(name, text, 'a number that is none');
    // Rows are made when somebody asks: here somebody does.
    JSON.stringify(result);
    if (done % 16 === 0) detect(text);
  } catch (error) {
    if (error instanceof ParseError) refused++;
    else fail(name, text, error.stack ?? String(error));
  }
  const ms = performance.now() - before;
  if (ms > slowest.ms) slowest = { ms, name };
  if (ms > SLOW_MS) fail(name, text, `took ${ms.toFixed(0)} ms`);
}
if (Object.getOwnPropertyNames(Object.prototype).length !== properties) fail('all', '', 'Object.prototype was changed');
const seconds = (performance.now() - begin) / 1000;
process.stdout.write(
  `${cases} cases of ${texts.length} recordings, seed ${seed}: ${failures} failures, ${refused} refused, ` +
    `slowest ${slowest.ms.toFixed(1)} ms (${slowest.name}), ${seconds.toFixed(1)} s\n`,
);
process.exitCode = failures === 0 ? 0 : 1;

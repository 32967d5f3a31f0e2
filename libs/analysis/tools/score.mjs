// Judges every labelled case and writes docs/analysis-scores.md: `node libs/analysis/tools/score.mjs`. It prints what was
// missed and what was a false alarm; `--check` writes nothing and fails when the page is stale.
import { build } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const page = join(root, 'docs', 'analysis-scores.md');
const scratch = mkdtempSync(join(tmpdir(), 'fleetscope-scores-'));
const bundle = join(scratch, 'cases.cjs');
const libraries = ['contracts', 'runbooks', 'parsers', 'profiles', 'analysis'];
await build({
  entryPoints: [join(root, 'test/support/labelled-cases.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  alias: Object.fromEntries(
    libraries.map((name) => [`@fleetscope/${name}`, join(root, 'libs', name, 'src', 'index.ts')]),
  ),
  logLevel: 'warning',
});
const { judgedCases, needsReason, scoresOf, scoresPage } = createRequire(import.meta.url)(bundle);
rmSync(scratch, { recursive: true });

const cases = judgedCases(root);
const text = scoresPage(cases);
for (const score of scoresOf(cases)) {
  const { rule, positive, negative, precision, recall, misses } = score;
  const share = (value) => (value === null ? '   –' : value.toFixed(2));
  process.stdout.write(
    `${rule.padEnd(22)} with ${String(positive).padStart(2)}  without ${String(negative).padStart(3)}  precision ${share(precision)}  recall ${share(recall)}${needsReason(score) ? '  *' : ''}\n`,
  );
  for (const miss of misses) process.stdout.write(`    ${miss.kind} in ${miss.name}: ${miss.said}\n`);
}
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  process.stderr.write('docs/analysis-scores.md is stale: node libs/analysis/tools/score.mjs\n');
  process.exitCode = 1;
}

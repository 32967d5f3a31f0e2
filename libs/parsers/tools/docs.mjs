// Writes docs/parsers.md from the parsers and their recordings: `node libs/parsers/tools/docs.mjs`.
// `--check` writes nothing and fails when the page is stale.
import { build } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const page = join(root, 'docs', 'parsers.md');
const scratch = mkdtempSync(join(tmpdir(), 'fleetscope-docs-'));
const bundle = join(scratch, 'page.cjs');
await build({
  entryPoints: [join(root, 'libs/parsers/test/docs-page.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  define: { __dirname: JSON.stringify(join(root, 'libs/parsers/test')) },
  alias: { '@fleetscope/contracts': join(root, 'libs/contracts/src/index.ts') },
  logLevel: 'warning',
});
const { docsPage } = createRequire(import.meta.url)(bundle);
const text = await format(docsPage(), { ...(await resolveConfig(page)), filepath: page });
rmSync(scratch, { recursive: true });
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  process.stderr.write('docs/parsers.md is stale: node libs/parsers/tools/docs.mjs\n');
  process.exitCode = 1;
}

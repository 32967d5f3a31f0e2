// Bundles the agent into one file, apps/agent/dist/fleetscope-agent.cjs, which Node alone runs. The runbook catalogue goes
// in, verified.
import { build } from 'esbuild';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const alias = Object.fromEntries(
  ['contracts', 'runbooks'].map((name) => [`@fleetscope/${name}`, `./libs/${name}/src/index.ts`]),
);

/** From the sources: the libraries' own builds may be under way beside this one. */
const loadRunbooks = async () => {
  const outfile = resolve('apps/agent/dist/catalogue-loader.cjs');
  const entryPoints = ['libs/runbooks/src/index.ts'];
  await build({ entryPoints, outfile, bundle: true, format: 'cjs', platform: 'node', target: 'node20', alias });
  const { loadCatalogue } = createRequire(import.meta.url)(outfile);
  await rm(outfile);
  return [...loadCatalogue('libs/runbooks/catalog').values()];
};

await rm('apps/agent/dist', { recursive: true, force: true });
await mkdir('apps/agent/dist', { recursive: true });
const runbooks = await loadRunbooks();

const catalogue = {
  name: 'catalogue',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^fleetscope:catalogue$/ }, () => ({ path: 'catalogue', namespace: 'catalogue' }));
    onLoad({ filter: /.*/, namespace: 'catalogue' }, () => ({
      contents: [
        `export const index = ${JSON.stringify(runbooks.map(({ id, cost }) => ({ id, cost })))};`,
        `export const text = ${JSON.stringify(JSON.stringify(runbooks))};`,
      ].join('\n'),
    }));
  },
};

/** One program of the agent's file, as the text of a function's body. */
const program = async (entry) => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [catalogue],
    alias,
  });
  return outputFiles[0].text;
};

// Two programs in one file. The second is packed: an agent that waits does not even have its text parsed, which would be most
// of its memory.
const [agent, compiler] = await Promise.all(
  ['main.ts', 'compiler.main.ts'].map((name) => program(`apps/agent/src/${name}`)),
);
await writeFile(
  'apps/agent/dist/fleetscope-agent.cjs',
  `#!/usr/bin/env node
const agent = () => {${agent}};
const compiler = () => {
  const text = require('node:zlib').brotliDecompressSync(Buffer.from('${brotliCompressSync(compiler).toString('base64')}', 'base64'));
  require('node:vm').runInThisContext('(require) => {' + text + '}', { filename: 'fleetscope-agent-compiler.cjs' })(require);
};
(process.argv.includes('--clerk') || process.argv.includes('--root-half') ? compiler : agent)();
`,
);

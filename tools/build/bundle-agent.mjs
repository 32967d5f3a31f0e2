// Bundles the agent into one file, apps/agent/dist/fleetscope-agent.cjs, which Node alone runs. The runbook catalogue goes
// in, verified: its index is read at start, the rest when the first run comes.
import { build } from 'esbuild';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

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

await build({
  entryPoints: ['apps/agent/src/main.ts'],
  outfile: 'apps/agent/dist/fleetscope-agent.cjs',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
  plugins: [catalogue],
  alias,
});

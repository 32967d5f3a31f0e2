// Bundles the agent into one file, apps/agent/dist/fleetscope-agent.cjs, which Node alone runs. The runbook catalogue goes
// in, verified: its index is read at start, the rest when the first run comes.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const { loadCatalogue } = createRequire(import.meta.url)(resolve('libs/runbooks/dist/index.js'));
const runbooks = [...loadCatalogue('libs/runbooks/catalog').values()];

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

await rm('apps/agent/dist', { recursive: true, force: true });
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
  alias: Object.fromEntries(
    ['contracts', 'runbooks'].map((name) => [`@fleetscope/${name}`, `./libs/${name}/src/index.ts`]),
  ),
});

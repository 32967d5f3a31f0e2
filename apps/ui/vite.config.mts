import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const library = (name: string): string => fileURLToPath(new URL(`../../libs/${name}/src/index.ts`, import.meta.url));

/** The viewer as it is published: static files of our own origin, so that a profile opens without leaving the house. */
const speedscope = (): Plugin => ({
  name: 'speedscope',
  apply: 'build',
  generateBundle() {
    const root = dirname(createRequire(import.meta.url).resolve('speedscope/package.json'));
    const home = join(root, 'dist', 'release');
    this.emitFile({ type: 'asset', fileName: 'speedscope/LICENSE', source: readFileSync(join(root, 'LICENSE')) });
    for (const name of readdirSync(home)) {
      // Neither the example profile nor the reader of JFR recordings, which our policy would not let run.
      if (/\.(html|js|css|png|ico|woff2?|md)$/.test(name))
        this.emitFile({ type: 'asset', fileName: `speedscope/${name}`, source: readFileSync(join(home, name)) });
    }
  },
});

/** Where `vite apps/ui` finds the API while developing. */
const api = process.env['FLEETSCOPE_URL'] ?? 'http://127.0.0.1:7777';

export default defineConfig(({ command }) => {
  // A build started by a test runner inherits its NODE_ENV and would hold React's development code.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    root: fileURLToPath(new URL('.', import.meta.url)),
    plugins: [react(), speedscope()],
    resolve: { alias: { '@fleetscope/contracts': library('contracts'), '@fleetscope/profiles': library('profiles') } },
    server: { proxy: { '/api': { target: api, ws: true } } },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2022',
      // The policy is default-src 'self': an asset as a data: URL would be refused.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 700,
    },
  };
});

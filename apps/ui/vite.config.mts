import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const library = (name: string): string => fileURLToPath(new URL(`../../libs/${name}/src/index.ts`, import.meta.url));

/** Where `vite apps/ui` finds the API while developing. */
const api = process.env['FLEETSCOPE_URL'] ?? 'http://127.0.0.1:7777';

export default defineConfig(({ command }) => {
  // A build started by a test runner inherits its NODE_ENV and would hold React's development code.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    root: fileURLToPath(new URL('.', import.meta.url)),
    plugins: [react()],
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

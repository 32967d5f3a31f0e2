// Bundles the CLI into apps/cli/dist/: a small entry and one chunk a verb, loaded when the verb is used, so that a verb
// that only parses text starts without the websocket, the HTTP client and the progress display.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';

await rm('apps/cli/dist', { recursive: true, force: true });
await build({
  entryPoints: ['apps/cli/src/main.ts'],
  outdir: 'apps/cli/dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  minify: false,
  logLevel: 'warning',
  alias: Object.fromEntries(
    ['contracts', 'runbooks', 'parsers', 'profiles', 'analysis'].map((name) => [
      `@fleetscope/${name}`,
      `./libs/${name}/src/index.ts`,
    ]),
  ),
  // CommonJS packages inside the bundle call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

// What the browser loads first, gzipped: `node tools/build/bundle-size.mjs`. The page's own files and whatever they import at
// once count, for the slowest first page as well: what a route brings is added, and must stay below the bound with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BOUND = 300 * 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'apps', 'ui', 'dist');
if (!existsSync(join(dist, 'index.html'))) {
  console.error('bundle-size: the web UI is not built (./fleetscope --version builds it)');
  process.exit(2);
}

const gzipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

/** A chunk with all that it imports at once; `import()` is left for later. */
const closure = (files, seen = new Set()) => {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(join(dist, file), 'utf8');
    const imports = [...code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)].map(
      ([, name]) => `assets/${name}`,
    );
    closure(imports, seen);
  }
  return seen;
};
const sizeOf = (files) => [...files].reduce((sum, file) => sum + gzipped(file), 0);

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file);
const first = closure(named);
const pages = readdirSync(join(dist, 'assets'))
  .filter((file) => /-page-[\w-]+\.js$/.test(file))
  .map((file) => {
    const page = file.replace(/-[\w-]{8}\.js$/, '');
    const styles = readdirSync(join(dist, 'assets')).filter(
      (one) => one.startsWith(`${page}-`) && one.endsWith('.css'),
    );
    return { page, size: sizeOf(closure([`assets/${file}`, ...styles.map((one) => `assets/${one}`)], new Set(first))) };
  })
  .sort((a, b) => b.size - a.size);
const largest = pages[0] ?? { page: 'none', size: sizeOf(first) };
const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
console.log(
  `first load ${kib(sizeOf(first))} gzipped; with its page at most ${kib(largest.size)} (${largest.page}); bound ${kib(BOUND)}`,
);
if (largest.size > BOUND) {
  console.error('bundle-size: over the bound; load what few pages need by import(), or leave it out');
  process.exit(1);
}

// docs/runbooks.md from the catalogue: `node libs/runbooks/tools/docs.mjs`. A test fails when the page is stale.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runbooksPage } from '../dist/runbooks-page.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
writeFileSync(join(root, 'docs', 'runbooks.md'), runbooksPage(join(root, 'libs', 'runbooks', 'catalog')));

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbooksPage } from './runbooks-page';

const ROOT = join(__dirname, '..', '..', '..');
const plain = (text: string): string => text.replace(/[\s|]+/g, ' ').replace(/[_*]/g, '');

it('docs/runbooks.md is that of the catalogue (node libs/runbooks/tools/docs.mjs)', () => {
  const page = runbooksPage(join(ROOT, 'libs', 'runbooks', 'catalog'));
  expect(plain(readFileSync(join(ROOT, 'docs', 'runbooks.md'), 'utf8'))).toBe(plain(page));
});

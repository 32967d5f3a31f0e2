import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold, folded } from './fixtures';

/** Where FlameGraph's script lies, for those who have it: it is not ours to bring. */
const SCRIPT = process.env.STACKCOLLAPSE_PERF ?? '';
const FIXTURES = join(__dirname, '..', 'fixtures', 'perf-script');

/** What the script does not read, and we do; the README says why. */
const NOT_THERE = new Set(['perf--6.1--fields-no-dso.txt', 'perf--6.1--one-line.txt']);

const sorted = (text: string): string[] => text.split('\n').filter(Boolean).sort();

const there = (path: string, ...options: string[]): string[] => {
  const { status, stdout, stderr } = spawnSync('perl', [SCRIPT, ...options, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${SCRIPT}: ${stderr}`);
  return sorted(stdout);
};

(SCRIPT === '' ? describe.skip : describe)(
  'beside FlameGraph’s script (skipped unless STACKCOLLAPSE_PERF names it)',
  () => {
    for (const name of readdirSync(FIXTURES).filter((one) => !NOT_THERE.has(one))) {
      const path = join(FIXTURES, name);
      const bytes = readFileSync(path);
      it(`${name}: the same lines`, () => expect(sorted(folded(fold(bytes)))).toEqual(there(path)));
      it(`${name}: the same with the kernel marked and by thread`, () => {
        expect(sorted(folded(fold(bytes, { kernelSuffix: true })))).toEqual(there(path, '--kernel'));
        expect(sorted(folded(fold(bytes, { by: 'tid' })))).toEqual(there(path, '--tid'));
      });
    }
  },
);

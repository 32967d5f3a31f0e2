import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

it('docs/parsers.md is what the parsers and their recordings say', () => {
  const script = join(__dirname, '..', 'tools', 'docs.mjs');
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
}, 60_000);

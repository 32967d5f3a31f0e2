import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingDefaults, SETTINGS } from './config';

const OPERATE = join(__dirname, '..', '..', '..', 'docs', 'operate');
/** Rows of tables that tell of a setting: its name, its default. */
const rowsOf = (file: string): { name: string; default: string }[] =>
  readFileSync(join(OPERATE, file), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name, value] =
        /^\| `((?:FLEETSCOPE|OTEL)_[A-Z_]+|[A-Z]+_URL|SSH_AUTH_SOCK)` +\| (.*?) +\|/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [{ name, default: value }];
    });

describe('docs/operate', () => {
  it('settings.md lists every setting that is read, once, and no other', () => {
    expect(
      rowsOf('settings.md')
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...SETTINGS].sort());
  });

  it.each(readdirSync(OPERATE))('%s names no setting that is not read, and the defaults that hold', (file) => {
    for (const { name, default: said } of rowsOf(file)) {
      expect(SETTINGS).toContain(name);
      const holds = settingDefaults()[name];
      if (holds !== undefined) expect([name, said.replaceAll('`', '')]).toEqual([name, String(holds)]);
    }
  });

  it('names a setting nowhere that the program, the agent or the CLI does not know', () => {
    const others = ['FLEETSCOPE_URL', 'FLEETSCOPE_TOKEN', 'FLEETSCOPE_SERVER', 'FLEETSCOPE_ENROL_TOKEN'];
    const known = new Set([...SETTINGS, ...others, 'FLEETSCOPE_AGENT_SPOOL_BYTES']);
    for (const file of readdirSync(OPERATE))
      for (const [name] of readFileSync(join(OPERATE, file), 'utf8').matchAll(/FLEETSCOPE_[A-Z_]+/g))
        expect([file, name, known.has(name)]).toEqual([file, name, true]);
  });
});

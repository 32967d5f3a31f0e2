import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Runtime } from '../platform';
import { CatalogueService } from './catalogue.service';

const CATALOGUE = join(__dirname, '../../../../libs/runbooks/catalog');
const runbook = (id: string, more = ''): string =>
  `id: ${id}\ntitle: X\nversion: 1\ncost: light\n${more}steps:\n  - id: load\n    title: Load\n    prefer:\n      - { id: proc, read: [/proc/loadavg], parser: proc-snapshots }\n`;

describe('the catalogue of an installation', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'custom-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  const load = (customRunbooksDir: string | null): CatalogueService =>
    new CatalogueService({ catalogueDir: CATALOGUE, customRunbooksDir } as Runtime);

  it('has every runbook of the method, and each next one that they name', () => {
    expect(
      load(null)
        .list()
        .map(({ id }) => id),
    ).toEqual(
      expect.arrayContaining([
        'triage-60s',
        'use-method',
        'cpu-profile',
        'offcpu-profile',
        'tcp-retransmits',
        'look-back',
      ]),
    );
    expect(load(null).isChecklist('triage')).toBe(true);
    expect(load(null).isChecklist('cpu-profile')).toBe(false);
  });

  it('takes runbooks of its own beside them, and knows which they are', () => {
    writeFileSync(join(dir, 'our-load.yaml'), runbook('our-load'));
    const catalogue = load(dir);
    expect([catalogue.get('our-load').id, catalogue.isCustom('our-load'), catalogue.isCustom('triage-60s')]).toEqual([
      'our-load',
      true,
      false,
    ]);
  });

  it.each([
    [
      'a name that the catalogue has',
      'cpu-profile.yaml',
      runbook('cpu-profile'),
      /cpu-profile, which the catalogue has/,
    ],
    [
      'an alias that the catalogue has',
      'mine.yaml',
      runbook('mine', 'aliases: [flame]\n'),
      /flame, which the catalogue has/,
    ],
    ['a mistake', 'mine.yaml', runbook('mine').replace('light', 'cheap'), /mine\.yaml:4.*cost/],
    [
      'an alias of YAML',
      'mine.yaml',
      runbook('mine').replace('title: X', 'title: &x X').replace('title: Load', 'title: *x'),
      /YAML without aliases/,
    ],
  ])('refuses %s, and says where', (_, file, text, message) => {
    writeFileSync(join(dir, file), text);
    expect(() => load(dir)).toThrow(message);
  });

  it('says when the folder is not there', () => {
    expect(() => load(join(dir, 'none'))).toThrow(/expected a folder of runbooks, got ENOENT/);
  });
});

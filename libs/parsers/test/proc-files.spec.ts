import { parseText } from '../src';
import { contextOf, fixture } from './fixtures';

const FILES: readonly (readonly [parser: string, recording: string])[] = [
  ['proc-meminfo', 'linux--6.18.44--meminfo'],
  ['proc-vmstat', 'linux--6.18.44--vmstat'],
  ['proc-diskstats', 'linux--6.18.44--diskstats'],
  ['proc-zoneinfo', 'linux--6.18.44--zoneinfo'],
  ['proc-net-dev', 'linux--6.18.44--dev'],
];

describe('files of /proc', () => {
  it.each(FILES)('%s: a line that is none of the file’s is an issue with its number', (parser, recording) => {
    const lines = fixture(parser, recording).split('\n');
    lines.splice(4, 0, 'Segmentation fault');
    const before = parseText(parser, fixture(parser, recording), contextOf());
    const after = parseText(parser, lines.join('\n'), contextOf());
    expect(before.issues).toEqual([]);
    expect(after.issues).toMatchObject([{ line: 5, text: 'Segmentation fault' }]);
    expect(after.rows).toEqual(before.rows);
  });

  it('cites each zone of /proc/zoneinfo where it begins', () => {
    const text = fixture('proc-zoneinfo', 'linux--6.18.44--zoneinfo');
    const begin = text.split('\n').findIndex((line) => line.startsWith('Node 0, zone   Normal')) + 1;
    const { observations } = parseText('proc-zoneinfo', text, contextOf());
    const normal = observations.filter((one) => one.kind === 'measurement' && one.instance === 'node 0 Normal');
    expect(normal.map((one) => (one.kind === 'measurement' ? one.lines : []))).toEqual([[begin], [begin], [begin]]);
  });
});

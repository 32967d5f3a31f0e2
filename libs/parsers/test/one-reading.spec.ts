import { parseText } from '../src';
import { contextOf, fixture } from './fixtures';

const rows = (parser: string, text: string) => parseText(parser, text, contextOf()).rows.map((row) => ({ ...row }));

describe('files of one reading: values read off the recordings by eye', () => {
  it('limits: names hold blanks, unlimited is no number', () => {
    const all = rows('proc-pid-limits', fixture('proc-pid-limits', 'linux--6.18.44--limits'));
    expect(all).toHaveLength(16);
    expect(all[0]).toEqual({
      Limit: 'Max cpu time',
      'Soft Limit': 'unlimited',
      'Hard Limit': 'unlimited',
      Units: 'seconds',
    });
  });

  it('status: sizes and counts are numbers, states words', () => {
    const [row] = rows('proc-pid-status', fixture('proc-pid-status', 'linux--6.18.44--status'));
    expect(row).toMatchObject({ Name: 'cat', State: 'R (running)', Threads: 1, VmSwap: 0 });
  });

  it('counters past 2^53 stay text, broken lines are issues', () => {
    const { rows: all, issues } = parseText(
      'proc-pid-io',
      'rchar: 18446744073709551615\nread_bytes: 4096\nwchar 1 2\n',
      contextOf(),
    );
    expect({ ...all[0] }).toEqual({ rchar: '18446744073709551615', read_bytes: 4096 });
    expect(issues).toMatchObject([{ line: 3 }]);
  });

  it('io.stat: a row a device', () => {
    expect(
      rows('cgroup-io-stat', '8:0 rbytes=10 wbytes=20 rios=1 wios=2\n8:16 rbytes=0 wbytes=1 rios=0 wios=1\n'),
    ).toEqual([
      { device: '8:0', rbytes: 10, wbytes: 20, rios: 1, wios: 2 },
      { device: '8:16', rbytes: 0, wbytes: 1, rios: 0, wios: 1 },
    ]);
  });
});

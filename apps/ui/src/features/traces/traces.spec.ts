import { type Observation } from '@fleetscope/contracts';
import { eventColumns, gridOf, matchesEvent } from './events-model';
import { edgesOf, eventsOf, histogramsOf, matrixOf, quantile, tablesOf } from './traces-model';
import { amount, answerOf, histogramTitle, quantileWords } from './words';

const retransmits = (rows: (string | number | null)[][]): Observation => ({
  kind: 'table',
  name: 'tcp-retransmits',
  columns: ['source', 'source_port', 'destination', 'port', 'state', 'netns', 'events', 'segments'],
  rows,
  lines: rows.map((_, at) => at + 1),
});

const histogram = (counts: number[], slices: number[][] = [], from = 1): Observation => ({
  kind: 'histogram',
  name: 'disk.io_device_latency',
  instance: 'vda W',
  unit: 'us',
  buckets: counts.map((count, at) => ({ from: from * 2 ** at, to: from * 2 ** (at + 1), count })),
  slices: slices.map((one, at) => ({ at: 1_000 * (at + 1), counts: one })),
  lines: [1],
});

const nb = (text: string | undefined): string => (text ?? '').replaceAll('\u00a0', ' ');

describe('retransmits', () => {
  const hosts = [
    { host: 'web-1', observations: [retransmits([['10.0.0.1', 4000, '10.0.0.9', 5432, 'ESTABLISHED', 12, 3, 9]])] },
    {
      host: 'web-2',
      observations: [
        retransmits([
          ['10.0.0.1', 4001, '10.0.0.9', 5432, 'SYN_SENT', 12, 1, 1],
          ['10.0.0.2', 4002, '10.0.0.8', 80, 'ESTABLISHED', null, 2, 2],
        ]),
      ],
    },
  ];
  const [table] = tablesOf(hosts);
  const edges = edgesOf(table, (address) => (address === '10.0.0.9' ? 'db-07' : address));

  it('join connections to pairs of ends, over hosts, under the names of the fleet', () => {
    expect(edges).toHaveLength(2);
    expect(edges[0]).toEqual({
      source: '10.0.0.1',
      destination: 'db-07',
      port: 5432,
      netns: '12',
      events: 4,
      segments: 10,
      connections: 2,
      states: ['ESTABLISHED', 'SYN_SENT'],
      seenBy: ['web-1', 'web-2'],
    });
  });
  it('become a matrix and a sentence', () => {
    expect(matrixOf(edges)).toMatchObject({
      sources: ['10.0.0.1', '10.0.0.2'],
      destinations: ['db-07:5432', '10.0.0.8:80'],
      segments: [10, 0, 0, 2],
      max: 10,
    });
    expect(answerOf(edges, [], 0)[0]).toBe('10.0.0.1 sends again to db-07:5432: 10 segments in 4 events, 83 % of all.');
  });
});

describe('histograms', () => {
  it('are added over hosts, though their buckets differ, second by second', () => {
    const [one] = histogramsOf([
      {
        host: 'a',
        observations: [
          histogram(
            [1, 2],
            [
              [1, 0],
              [0, 2],
            ],
          ),
        ],
      },
      { host: 'b', observations: [histogram([4], [[4]], 2)] },
    ]);
    expect(one).toMatchObject({
      hosts: ['a', 'b'],
      count: 7,
      slices: [
        [1, 4],
        [0, 2],
      ],
    });
    expect(one?.buckets.map(({ from, count }) => [from, count])).toEqual([
      [1, 1],
      [2, 6],
    ]);
  });
  it('say ranges, because a bucket is all that is known', () => {
    const [one] = histogramsOf([{ host: 'a', observations: [histogram([50, 49, 0, 1], [], 512)] }]);
    if (!one) throw new Error('a histogram was expected');
    expect(quantileWords(one).map(({ label, value }) => `${label} ${nb(value)}`)).toEqual([
      'p50 512 µs – 1.02 ms',
      'p90 1.02 ms – 2.05 ms',
      'p99 1.02 ms – 2.05 ms',
      'slowest 4.1 ms – 8.19 ms',
      'entries 100',
    ]);
    expect(histogramTitle(one)).toBe('In the device vda writes (W)');
  });
  it('know nothing of what has no entries', () => {
    expect(quantile([0, 0], 0.5)).toBeNull();
    expect(quantile([1, 3], 0.5)).toEqual({ bucket: 1, within: 1 / 3 });
    expect([amount(null, 'us'), nb(amount(3_000_000, 'us'))]).toEqual(['–', '3 s']);
  });
});

describe('events', () => {
  const events = eventsOf([
    {
      host: 'a',
      observations: [
        {
          kind: 'events',
          name: 'open',
          events: [
            { at: 2_000, class: 'open', text: 'file=/etc/passwd', fields: { file: '/etc/passwd', pid: 3 }, line: 2 },
            { at: 1_000, class: 'open', text: 'file=/tmp/x', fields: { file: '/tmp/x', pid: 4 }, line: 1 },
          ],
        },
      ],
    },
  ]);
  it('stand in order of time, on a grid of hosts', () => {
    expect(events.map(({ at }) => at)).toEqual([1_000, 2_000]);
    const grid = gridOf(events);
    expect(grid?.start).toBe(1_000);
    expect(grid?.grid).toMatchObject({ rows: 1, hosts: ['a'], max: 1 });
    expect(gridOf([])).toBeNull();
  });
  it('are found by words and by time', () => {
    expect(events.filter((event) => matchesEvent(event, 'PASSWD', null, 1_000))).toHaveLength(1);
    expect(events.filter((event) => matchesEvent(event, undefined, { from: 0, to: 500 }, 1_000))).toHaveLength(1);
  });
  it('have a column for each field, who before what', () => {
    expect(eventColumns(events).map(({ title }) => title)).toEqual(['Time, UTC', 'Host', 'Event', 'pid', 'file']);
  });
});

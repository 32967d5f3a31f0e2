import { cronProblem, cronTimes } from './cron-times';

const BERLIN = 'Europe/Berlin';
const MINUTE_MS = 60_000;
const between = (cron: string, from: string, to: string): string[] =>
  cronTimes(cron, BERLIN, new Date(from), { until: new Date(to), limit: 1_000 }).map((time) => time.toISOString());

describe('cron times across a change of the clock', () => {
  it('a time that is skipped comes once, as long after the change', () => {
    expect(between('30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('a time that comes twice comes once', () => {
    expect(between('30 2 * * *', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('every hour comes every hour', () => {
    expect(between('0 * * * *', '2026-10-24T23:30:00Z', '2026-10-25T03:00:00Z')).toHaveLength(4);
    expect(between('0 * * * *', '2026-03-28T23:30:00Z', '2026-03-29T03:00:00Z')).toHaveLength(4);
  });

  it.each(['2026-03-28T22:00:00Z', '2026-10-24T22:00:00Z'])(
    'whenever one looks, it is the same times: each minute from %s',
    (start) => {
      const end = new Date(Date.parse(start) + 6 * 60 * MINUTE_MS);
      const whole = between('30 2 * * *', start, end.toISOString());
      expect(whole).toHaveLength(1);
      const looked: string[] = [];
      for (let at = Date.parse(start); at < end.getTime(); at += MINUTE_MS)
        looked.push(...between('30 2 * * *', new Date(at).toISOString(), new Date(at + MINUTE_MS).toISOString()));
      expect(looked).toEqual(whole);
    },
  );
});

describe('a cron expression that is none', () => {
  it.each([
    ['61 * * * *', 'UTC', 'cron', /0-59/],
    ['* * *', 'UTC', 'cron', /minute, hour/],
    ['* * * * * *', 'UTC', 'cron', /minute, hour/],
    ['0 0 30 2 *', 'UTC', 'cron', /day of month/],
    ['@never', 'UTC', 'cron', /minute, hour/],
    ['0 2 * * *', 'Mars/Olympus', 'tz', /Europe\/Berlin/],
  ])('%s in %s: says what was expected', (cron, tz, path, expected) => {
    expect(cronProblem(cron, tz)).toMatchObject({ path, expected: expect.stringMatching(expected) });
  });

  it('takes those that are', () => {
    for (const cron of ['30 2 * * *', '@daily', '*/5 8-18 * * 1-5']) expect(cronProblem(cron, BERLIN)).toBeNull();
  });
});

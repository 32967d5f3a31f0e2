import { cleanupText } from '../src';

describe('what is left on a host, in words', () => {
  it.each([
    [
      { processes: 0, probes: 0, files: 0, names: '' },
      'nothing left on the host: no processes, no kernel probes, no files of its tools',
    ],
    [
      { processes: 1, probes: null, files: 2, names: 'sleep /tmp/perf-a /tmp/perf-b' },
      'left on the host: 1 process, kernel probes can not be read by this account, 2 files of its tools (sleep /tmp/perf-a /tmp/perf-b)',
    ],
  ])('%j', (cleanup, text) => expect(cleanupText(cleanup)).toBe(text));

  it('is not told of a probe that nobody saw end', () => expect(cleanupText(null)).toMatch(/^nobody could look/));
});

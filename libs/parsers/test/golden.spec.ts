import { observationSchema, parseIssueSchema, type ParseResult } from '@fleetscope/contracts';
import { detect, PARSERS, parseText } from '../src';
import { contextOf, fixtures } from './fixtures';

const MAX_ROWS = 12;

/** One line an observation, issue and row, so that a change reads well in a diff. Of the rows the first dozen. */
const golden = (result: ParseResult): string => {
  const lines = result.observations.map((one) => {
    if (one.kind === 'series')
      return `series ${one.metric} ${one.instance ?? '-'} ${JSON.stringify(one.values)} @${JSON.stringify(one.times)} L${one.lines.join(',')}`;
    if (one.kind === 'measurement')
      return `measurement ${one.metric} ${one.instance ?? '-'} ${one.value ?? 'null'} L${one.lines.join(',')}`;
    if (one.kind === 'table')
      return [
        `table ${one.name} ${one.columns.join('|')}`,
        ...one.rows.slice(0, MAX_ROWS).map((row) => `  ${JSON.stringify(row)}`),
        `  ${one.rows.length} rows`,
      ].join('\n');
    return JSON.stringify(one);
  });
  const rows = result.rows.slice(0, MAX_ROWS).map((row) => JSON.stringify(row));
  return [
    ...lines,
    ...result.issues.map((issue) => `issue ${JSON.stringify(issue)}`),
    `${result.rows.length} rows`,
    ...rows,
  ].join('\n');
};

describe('golden: what every recording parses to', () => {
  for (const { parser, name, text } of fixtures()) {
    it(`${parser}: ${name}`, () => {
      expect(PARSERS.has(parser)).toBe(true);
      const result = parseText(parser, text, contextOf(name));
      for (const observation of result.observations) observationSchema.parse(observation);
      for (const issue of result.issues) parseIssueSchema.parse(issue);
      expect(golden(result)).toMatchSnapshot();
    });
  }
});

/** Texts that nothing tells from others: without a heading, or of the same form (ss of listening sockets is ss-lnt). */
const UNDETECTED = new Set([
  'uptime--4.0.2--s',
  'dmesg--2.38.1--oom-t',
  'linux--6.18.44--io',
  'linux--6.18.44--memory',
  'ss--6.1.0--tulpen',
  // Three numbers, as /proc/[pid]/schedstat.
  'linux--6.18.44--file-nr',
  // One number, and nothing to tell of what.
  'linux--6.18.44--oom_score',
  'linux--6.18.44--v1-memory.usage_in_bytes',
  'linux--6.18.44--v1-memory.failcnt',
  'linux--6.18.44--v1-memory.soft_limit_in_bytes',
  'linux--6.18.44--v1-memory.limit_in_bytes',
  'linux--6.18.44--v1-memory.max_usage_in_bytes',
  // As the files of /proc/pressure.
  'linux--6.18.44--v2-cpu.pressure',
  'linux--6.18.44--v2-io.pressure',
  'linux--6.18.44--v2-memory.pressure',
]);

describe('detect', () => {
  for (const { parser, name, text } of fixtures()) {
    if (UNDETECTED.has(name)) continue;
    it(`knows ${name}`, () => expect(detect(text)).toBe(parser));
  }
  it('gives null for what nobody knows', () => {
    expect(detect('')).toBeNull();
    expect(detect('bash: iostat: command not found\n')).toBeNull();
    expect(detect('Lorem ipsum dolor sit amet,\nconsectetur adipiscing elit.\n')).toBeNull();
  });
});

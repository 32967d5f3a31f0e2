import { coverageParts, coverageWords, parameterWords, reasonGroups, statementParts } from './words';
import { targetWords } from '../../components/target-words';
import { matches } from './filter';
import { peerStrip, median } from './peers';
import { cellDetail } from './cell-detail';
import { cell, finding, run } from './fixtures';
import { coverageOf, type PeerValues } from '@fleetscope/contracts';

describe('coverage in words', () => {
  const coverage = coverageOf([
    run('a'),
    run('b', { state: 'partial', reason: 'no sysstat' }),
    run('c', { state: 'unreachable', reason: 'c does not answer on port 22' }),
    run('d', { state: 'unreachable', reason: 'd does not answer on port 22' }),
    run('e', { state: 'running' }),
  ]);
  it('says what is missing', () => {
    expect(coverageWords(coverage)).toBe('1 in part · 2 unreachable · 1 to come');
  });
  it('draws no empty piece', () => {
    expect(coverageParts(coverage).map(({ kind, count }) => [kind, count])).toEqual([
      ['succeeded', 1],
      ['partial', 1],
      ['lost', 2],
      ['pending', 1],
    ]);
  });
  it('says one cause once, though it names each host', () => {
    expect(reasonGroups(coverage)[0]?.hosts).toEqual(['c', 'd']);
  });
});

describe('statementParts', () => {
  const joined = (text: string, hosts: string[]) =>
    statementParts(text, hosts).map((part) => part.host ?? `_${part.text}`);
  it('finds hosts by their whole names only', () => {
    expect(joined('On db-1 and db-10, not db-1.example.', ['db-1', 'db-10'])).toEqual([
      '_On ',
      'db-1',
      '_ and ',
      'db-10',
      '_, not db-1.example.',
    ]);
  });
  it('takes a name for text, never for a pattern', () => {
    expect(joined('On a+b and aab.', ['a+b'])).toEqual(['_On ', 'a+b', '_ and aab.']);
  });
  it('finds the rest that is not named, in the first sentence only', () => {
    const parts = statementParts('Busy on a, b and 1,204 more. Worst on a: 3 of 4 and 2 more.', ['a', 'b', 'c']);
    expect(parts.filter(({ isMore }) => isMore).map(({ text }) => text)).toEqual(['1,204 more']);
    expect(parts.map(({ text }) => text).join('')).toBe('Busy on a, b and 1,204 more. Worst on a: 3 of 4 and 2 more.');
  });
  it('loses no character, and calls what follows the first sentence detail', () => {
    const parts = statementParts('CPU is busy on a. Worst: 97.5 %.', ['a']);
    expect(parts.map(({ text }) => text).join('')).toBe('CPU is busy on a. Worst: 97.5 %.');
    expect(parts.filter(({ detail }) => detail).map(({ text }) => text)).toEqual([' Worst: 97.5 %.']);
  });
});

describe('targets and parameters', () => {
  it('says what was aimed at', () => {
    expect(targetWords({ all: true })).toBe('all hosts');
    expect(targetWords({ classes: ['web', 'db'], labels: { env: 'prod' } })).toBe('class web, db · env=prod');
  });
  it('says durations as durations', () => {
    expect(parameterWords({ window: 10_000, count: 3, kind: null }, (name) => name === 'window')).toEqual([
      'window 10 s',
      'count 3',
    ]);
  });
});

describe('matches', () => {
  const host = run('db-07', { labels: { env: 'prod' }, findings: [finding()] });
  it.each([
    [{}, true],
    [{ q: 'DB env=prod' }, true],
    [{ q: 'w_await' }, true],
    [{ q: 'web' }, false],
    [{ findings: true as const }, true],
    [{ state: 'unanswered' }, false],
    [{ state: 'no such state' }, true],
  ])('%j: %s', (filter, expected) => {
    expect(matches(host, filter)).toBe(expected);
  });
  it('does not take a note for a finding', () => {
    expect(matches(run('a', { findings: [finding({ severity: 'info' })] }), { findings: true })).toBe(false);
  });
});

describe('peerStrip', () => {
  const line = cell({ value: 90 });
  const others = (...peers: PeerValues['peers']): PeerValues => ({ metric: 'cpu.utilization', peers });
  const b = { host: 'b', value: 10 };
  const c = { host: 'c', value: 20 };
  it('stands among the hosts of the class', () => {
    const strip = peerStrip(others(b, c), line, 80);
    expect(strip).toMatchObject({ own: 90, from: 0, to: 90, threshold: 80 });
    expect(strip?.peers.map(({ host }) => host)).toEqual(['b', 'c']);
  });
  it('says nothing of one peer, or of an unknown value', () => {
    expect(peerStrip(others(b), line, null)).toBeNull();
    expect(peerStrip(others(b, c), cell({ value: null }), null)).toBeNull();
    // Judged anew by another metric since the panel was read.
    expect(peerStrip(others(b, c), cell({ value: 90, metric: 'cpu.steal' }), null)).toBeNull();
  });
  it('knows the middle', () => {
    expect([median([]), median([3, 1, 2]), median([1, 2])]).toEqual([null, 2, 1.5]);
  });
});

describe('cellDetail', () => {
  it('takes the finding of the line first among equals, and knows what else was looked at', () => {
    const line = cell({ resource: 'disk', aspect: 'saturation', rule: 'disk-await', state: 'crit' });
    const host = {
      use: [line],
      findings: [finding({ rule: 'disk-queue' }), finding(), finding({ resource: 'cpu' })],
      analysis: null,
    };
    const detail = cellDetail(host, 'disk', 'saturation');
    expect(detail.findings.map(({ rule }) => rule)).toEqual(['disk-await', 'disk-queue']);
    expect(detail.outcome).toBeNull();
  });
});

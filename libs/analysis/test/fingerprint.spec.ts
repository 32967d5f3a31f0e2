import { type HostAnalysis } from '@fleetscope/contracts';
import { fingerprintOf, mostAlike, type Known } from '../src';

const run = (
  host: string,
  findings: Record<string, 'warn' | 'crit' | 'info'>,
  state: 'succeeded' | 'unreachable' = 'succeeded',
) => ({
  host,
  hostClass: 'web',
  labels: {},
  state,
  reason: null,
  oddness: null,
  headline: null,
  analysis: {
    findings: Object.entries(findings).map(([rule, severity]) => ({ rule, severity })),
  } as unknown as HostAnalysis,
});

describe('fingerprints', () => {
  it('weigh what was found by severity and by how many hosts have it', () => {
    const few = fingerprintOf([run('a', { 'disk-await': 'crit', 'recent-change': 'info' }), run('b', {})]);
    expect(few).toEqual({ 'rule:disk-await': 0.75 });
    expect(fingerprintOf([run('a', { 'cpu-load': 'warn' }), run('b', {}, 'unreachable')])).toEqual({
      'rule:cpu-load': 0.5,
    });
    expect(fingerprintOf([])).toEqual({});
  });

  it('find the incident that looked the same, not the one that everybody looks like', () => {
    const known: Known<string>[] = [
      { of: 'slow disk', fingerprint: { 'rule:disk-await': 1, 'rule:mem-dirty': 1, 'rule:cpu-load': 0.5 } },
      { of: 'lossy link', fingerprint: { 'rule:tcp-retransmits': 1, 'rule:cpu-load': 0.5 } },
      { of: 'load 1', fingerprint: { 'rule:cpu-load': 0.5 } },
      { of: 'load 2', fingerprint: { 'rule:cpu-load': 0.5 } },
      { of: 'calm', fingerprint: {} },
    ];
    const found = mostAlike({ 'rule:disk-await': 0.8, 'rule:mem-dirty': 0.6, 'rule:cpu-load': 0.5 }, known);
    expect(found.map(({ of }) => of)).toEqual(['slow disk']);
    expect(found[0]?.similarity).toBeGreaterThan(0.95);
    expect(found[0]?.shared[0]).toBe('rule:disk-await');
    expect(mostAlike({}, known)).toEqual([]);
    expect(mostAlike({ 'rule:disk-await': 1 }, [])).toEqual([]);
  });
});

import { armedCostWords, armedFrom, conditionWords, roundWords } from './armed';
import { readingWords } from '@fleetscope/contracts';

const form = {
  ...{ name: 'stalls', hostClass: 'db', watch: 'io-pressure', above: '20', readings: '', every: '', duration: '' },
  ...{ maxHosts: '', runbook: 'offcpu-profile', reason: '' },
};

describe('an armed capture', () => {
  it('is read from its form, with what was left out at its default', () =>
    expect(armedFrom(form)).toEqual({
      input: {
        ...{ name: 'stalls', every: '30s', for: '4h', cooldown: '10m', reason: '', maxHosts: 3 },
        targets: { classes: ['db'] },
        when: { watch: 'io-pressure', above: 20, readings: 2 },
        capture: { runbook: 'offcpu-profile', parameters: {} },
      },
    }));

  it.each(['', 'lots', '0', '-3'])('says what is wrong with a bound of "%s"', (above) =>
    expect(armedFrom({ ...form, above })).toEqual({ problem: expect.stringContaining('Above what?') }),
  );

  it('says its condition with the unit, and a count without one', () => {
    expect(conditionWords({ when: { watch: 'await', above: 50, readings: 2 } })).toBe('await above 50 ms, 2 in a row');
    expect(conditionWords({ when: { watch: 'runqueue', above: 3, readings: 1 } })).toBe('runqueue above 3');
    expect(readingWords('cpu-pressure', 12.34)).toBe('12.3 %');
  });

  it('says what watching costs, and that it is not known yet', () => {
    expect(armedCostWords({ cost: { connectionsPerHour: 120, cpuSecondsPerHour: null } })).toMatch(/known after/);
    expect(armedCostWords({ cost: { connectionsPerHour: 120, cpuSecondsPerHour: 5.04 } })).toBe(
      '120 connections to each host an hour, 5.0 s of its CPU time',
    );
  });

  it('does not show what was not read as well', () => {
    const latest = { at: '2026-03-01T12:00:00.000Z', hosts: 3, read: 2, highest: [], unread: [], paused: null };
    expect(roundWords({ latest, state: 'armed' })).toBe('2 of 3 read');
    expect(roundWords({ latest: { ...latest, paused: 'the fleet is frozen' }, state: 'armed' })).toBe(
      'nothing is read: the fleet is frozen',
    );
    expect(roundWords({ latest: null, state: 'armed' })).toBe('not read yet');
  });
});

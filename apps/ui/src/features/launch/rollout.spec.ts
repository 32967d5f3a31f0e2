import { rolloutWords } from '../../components/rollout-words';
import { NO_ROLLOUT, rolloutOf } from './rollout';

describe('the rollout of a launch', () => {
  it('is none where nothing was typed', () => {
    expect(rolloutOf(NO_ROLLOUT)).toEqual({ rollout: null, problems: {} });
  });
  it('has shares as typed in per cent', () => {
    const { rollout } = rolloutOf({
      ...{ ...NO_ROLLOUT, canaryHosts: '3', canaryShare: '90', batch: '50', total: '20', label: 'rack', perLabel: '2' },
      ...{ failureShare: '5', cpuShare: '150' },
    });
    expect(rollout).toEqual({
      canary: { hosts: 3, share: 0.9 },
      batch: 50,
      concurrency: { total: 20, perLabel: { label: 'rack', runs: 2 } },
      stopWhen: { failureShare: 0.05, cpuShare: 1.5 },
    });
    expect(rollout && rolloutWords(rollout)).toBe(
      '3 first, of which 90 % must answer, then 50 at a time; at most 20 in all, 2 of one rack under way; ' +
        'stopped when more than 5 % do not answer, or a probe takes more than 150 % of a CPU',
    );
  });
  it('says which field can not be, and asks for the other half of a pair', () => {
    expect(rolloutOf({ ...NO_ROLLOUT, batch: '0' })).toEqual({
      rollout: null,
      problems: { batch: 'expected a whole number, 1 or more' },
    });
    expect(rolloutOf({ ...NO_ROLLOUT, failureShare: '101' }).problems).toHaveProperty('failureShare');
    expect(rolloutOf({ ...NO_ROLLOUT, canaryShare: '90' }).problems).toEqual({ canaryHosts: 'how many hosts first?' });
    expect(rolloutOf({ ...NO_ROLLOUT, label: 'rack' }).problems).toEqual({
      perLabel: 'how many with one value of it?',
    });
    expect(rolloutOf({ ...NO_ROLLOUT, perLabel: '2' }).problems).toEqual({ label: 'which label?' });
  });
});

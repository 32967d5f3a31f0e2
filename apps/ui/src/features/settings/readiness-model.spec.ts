import { type HostCheck } from '@fleetscope/contracts';
import { eachAtOnce } from '../../components/each-at-once';
import { byRunbook } from './readiness-model';

const check = (host: string, state: 'ready' | 'degraded' | 'impossible', missing: string[]): HostCheck => ({
  ...{ host, state: 'reachable', reason: null, switched: null, facts: null },
  readiness: [
    { runbook: 'triage-60s', state, steps: [{ step: 'iostat', alternative: 'proc', missing }] },
    {
      runbook: 'uptime',
      state: 'ready',
      steps: [{ step: 'uptime', alternative: 'procps', missing: ['none of these'] }],
    },
  ],
});

describe('readiness of a fleet', () => {
  it('says by runbook what is missing and where', () => {
    const [triage, uptime] = byRunbook([
      check('b', 'degraded', ['iostat']),
      check('a', 'degraded', ['iostat', 'root']),
      check('c', 'ready', []),
    ]);
    expect(triage).toEqual({
      runbook: 'triage-60s',
      counts: { ready: 1, degraded: 2, impossible: 0 },
      missing: [
        { what: 'iostat', hosts: ['a', 'b'] },
        { what: 'root', hosts: ['a'] },
      ],
    });
    expect(uptime?.missing).toEqual([]);
  });

  it('checks each host once, no more than so many at a time, and stops when told to', async () => {
    const done: number[] = [];
    let going = 0;
    let most = 0;
    const work = async (item: number): Promise<void> => {
      most = Math.max(most, ++going);
      await Promise.resolve();
      going -= 1;
      done.push(item);
    };
    await eachAtOnce([1, 2, 3, 4, 5], 2, work, () => false);
    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    done.length = 0;
    await eachAtOnce([1, 2, 3, 4, 5], 1, work, () => done.length === 2);
    expect(done).toEqual([1, 2]);
  });
});

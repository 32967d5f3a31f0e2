import { type Rollout, type RunState } from '@fleetscope/contracts';
import { nextStep, type RolloutRun, roundsOf } from './rollout';

const run = (host: string, more: Partial<RolloutRun> = {}): RolloutRun => ({
  ...{ id: host, host, class: 'web', labels: {}, jump: [], state: 'queued', heldBack: true, cost: null },
  ...more,
});
const ended = (host: string, state: RunState = 'succeeded', more: Partial<RolloutRun> = {}): RolloutRun =>
  run(host, { state, heldBack: false, ...more });
const next = (rollout: Rollout, ...runs: RolloutRun[]): string =>
  ((step) => ('halt' in step ? step.halt : step.start.join(' ')))(nextStep(rollout, runs));

describe('a rollout', () => {
  it('begins with its canary, and goes on when enough of it answered', () => {
    const canary = { hosts: 2, share: 0.5 };
    expect(next({ canary }, run('a'), run('b'), run('c'))).toBe('a b');
    expect(next({ canary }, ended('a'), run('b', { heldBack: false, state: 'running' }), run('c'))).toBe('');
    expect(next({ canary }, ended('a', 'partial'), ended('b', 'failed'), run('c'))).toBe('c');
    expect(next({ canary }, ended('a', 'refused'), ended('b', 'failed'), run('c'))).toMatch(/^the canary failed: 2 of/);
  });

  it('fails its canary as soon as the share can not be reached any more', () => {
    const running = run('b', { heldBack: false, state: 'running' });
    expect(next({ canary: { hosts: 2 } }, ended('a', 'expired'), running, run('c'))).toBe(
      'the canary failed: 1 of its 2 hosts did not answer, and 100 % must',
    );
  });

  it('goes batch by batch', () => {
    const runs = ['a', 'b', 'c', 'd', 'e'].map((host) => run(host));
    expect(next({ batch: 2 }, ...runs)).toBe('a b');
    expect(next({ batch: 2 }, ended('a'), run('b', { heldBack: false }), ...runs.slice(2))).toBe('');
    expect(next({ batch: 2 }, ended('a'), ended('b', 'failed'), ...runs.slice(2))).toBe('c d');
    expect(next({ canary: { hosts: 1 }, batch: 3 }, ended('a'), ...runs.slice(1))).toBe('b c d');
    expect(next({ batch: 2 }, ...runs.map(({ host }) => ended(host)))).toBe('');
  });

  it('counts what is under way, given back or not, in every group', () => {
    const busy = run('a', { heldBack: false, jump: ['bastion'], labels: { rack: 'r1' } });
    expect(next({ concurrency: { total: 2 } }, busy, run('b'), run('c'))).toBe('b');
    expect(next({ concurrency: { perClass: 1 } }, busy, run('b'), run('c', { class: 'db' }))).toBe('c');
    const behind = run('b', { jump: ['outer', 'bastion'] });
    expect(next({ concurrency: { perJump: 1 } }, busy, behind, run('c'))).toBe('c');
    const perLabel = { label: 'rack', runs: 1 };
    const racked = [run('b', { labels: { rack: 'r1' } }), run('c', { labels: { rack: 'r2' } }), run('d')];
    expect(next({ concurrency: { perLabel } }, busy, ...racked)).toBe('c d');
  });

  it('is stopped by what it was told to stop by, and by no cancelled run', () => {
    const cost = { cpuSeconds: 3, wallSeconds: 10, bytes: 0 };
    expect(next({ stopWhen: { failures: 1 } }, ended('a', 'failed'), run('b'))).toBe('b');
    expect(next({ stopWhen: { failures: 1 } }, ended('a', 'failed'), ended('b', 'unreachable'), run('c'))).toBe(
      '2 hosts did not answer, more than the 1 allowed',
    );
    expect(next({ stopWhen: { failureShare: 0.5 } }, ended('a', 'failed'), run('b'))).toBe('b');
    expect(next({ stopWhen: { failureShare: 0 } }, ended('a', 'cancelled'), run('b'))).toBe('b');
    expect(next({ stopWhen: { cpuShare: 0.3 } }, ended('a', 'succeeded', { cost }), run('b'))).toBe('b');
    expect(next({ stopWhen: { cpuShare: 0.2 } }, ended('a', 'succeeded', { cost }), run('b'))).toBe(
      'a probe took 30 % of a CPU, more than the 20 % allowed',
    );
  });

  it('has time for all of its rounds', () => {
    const hosts = Array.from({ length: 10 }, (_, i) => ({ class: i < 5 ? 'a' : 'b', labels: {} }));
    expect(roundsOf({}, hosts)).toBe(1);
    expect(roundsOf({ canary: { hosts: 1 } }, hosts)).toBe(2);
    expect(roundsOf({ batch: 4 }, hosts)).toBe(3);
    expect(roundsOf({ concurrency: { total: 3 } }, hosts)).toBe(4);
    expect(roundsOf({ canary: { hosts: 2 }, batch: 4, concurrency: { perClass: 2 } }, hosts)).toBe(1 + 2 * 2);
  });
});

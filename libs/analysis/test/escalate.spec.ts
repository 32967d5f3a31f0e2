import { type Verdict } from '@fleetscope/contracts';
import { planEscalation, type TriagedHost } from '../src';

const ALLOWED = new Set(['cpu-profile', 'tcp-retransmits', 'block-io-latency', 'runq-latency', 'fsync-latency']);
const host = (name: string, next: (string | null)[] = [], more: Partial<TriagedHost> = {}): TriagedHost => ({
  host: name,
  hostClass: 'web',
  state: 'succeeded',
  oddness: 0.1,
  findings: next.map((runbook) => ({ severity: 'crit', next: runbook })),
  ...more,
});
const verdict = (...hosts: string[][]): Verdict => ({
  holds: true,
  summary: '',
  statements: hosts.map((names) => ({ severity: 'crit', text: '', hosts: names, rules: [], next: null })),
});

describe('planEscalation', () => {
  it('captures what the findings call for, on the worst hosts and one healthy peer of their class', () => {
    const runs = [
      host('a', ['tcp-retransmits']),
      host('b', ['tcp-retransmits', 'block-io-latency']),
      host('calm', [], { oddness: 0 }),
      host('calmer-elsewhere', [], { oddness: 0, hostClass: 'db' }),
    ];
    expect(planEscalation(verdict(['b', 'a']), runs, 3, ALLOWED)).toEqual({
      sick: ['b', 'a'],
      control: 'calm',
      captures: [
        { runbook: 'tcp-retransmits', hosts: ['b', 'a', 'calm'] },
        { runbook: 'block-io-latency', hosts: ['b', 'calm'] },
      ],
      reason: null,
    });
  });

  it('keeps within its budget of hosts, captures a host and captures in all', () => {
    const runs = ['a', 'b', 'c', 'd'].map((name) =>
      host(name, ['cpu-profile', 'tcp-retransmits', 'block-io-latency', 'runq-latency']),
    );
    const plan = planEscalation(verdict(['a', 'b', 'c', 'd']), runs, 2, ALLOWED);
    expect(plan.sick).toEqual(['a', 'b']);
    expect(plan.captures.map(({ runbook }) => runbook)).toEqual(['cpu-profile', 'tcp-retransmits']);
    expect(plan.control).toBeNull();
  });

  it('starts nothing that is not allowed, and says so', () => {
    const plan = planEscalation(verdict(['a']), [host('a', ['offcpu-profile'])], 3, new Set(['tcp-retransmits']));
    expect(plan).toMatchObject({ captures: [], reason: 'no finding names a capture that may be started by itself' });
  });

  it('asks an odd host without findings what it runs', () => {
    const plan = planEscalation(verdict(), [host('odd', [], { oddness: 0.95 }), host('calm')], 3, ALLOWED);
    expect(plan.captures).toEqual([{ runbook: 'cpu-profile', hosts: ['odd', 'calm'] }]);
  });

  it('leaves healthy hosts, and those that did not answer, alone', () => {
    const silent = host('silent', ['cpu-profile'], { state: 'unreachable' });
    expect(planEscalation(verdict(['silent']), [silent, host('calm')], 3, ALLOWED)).toMatchObject({
      captures: [],
      reason: 'no host stands out',
    });
  });
});

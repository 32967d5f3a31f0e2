import { type HostView, type Preview, type Runbook } from '@fleetscope/contracts';
import { facets, selectHosts } from '../../components/select-hosts';
import { attentionGroups, figuresWords, secondThought } from './impact';
import { formFor, parameterHelp, parameterProblem, requestOf, targetsOf } from './request';
import { NO_ROLLOUT } from './rollout';

const host = (name: string, hostClass: string, labels: Record<string, string> = {}): HostView =>
  ({ name, address: `10.0.0.${name.length}`, class: hostClass, labels }) as HostView;
const hosts = [
  host('web-1', 'web', { env: 'prod' }),
  host('web-2', 'web', { env: 'test' }),
  host('db-1', 'db', { env: 'prod' }),
];
const names = (selected: HostView[]): string[] => selected.map(({ name }) => name);

describe('selectHosts', () => {
  it('joins names and classes and narrows by labels, as the control plane does', () => {
    expect(names(selectHosts(hosts, { all: true }))).toEqual(['web-1', 'web-2', 'db-1']);
    expect(names(selectHosts(hosts, { classes: ['db'], hosts: ['web-2'] }))).toEqual(['web-2', 'db-1']);
    expect(names(selectHosts(hosts, { classes: ['web', 'db'], labels: { env: 'prod' } }))).toEqual(['web-1', 'db-1']);
    expect(names(selectHosts(hosts, { labels: { env: 'test' } }))).toEqual(['web-2']);
  });
  it('selects nothing by nothing', () => {
    expect(selectHosts(hosts, {})).toEqual([]);
  });
  it('counts what one can choose from', () => {
    expect(facets(hosts)).toEqual({
      classes: [
        ['db', 1],
        ['web', 2],
      ],
      labels: [
        ['env=prod', 2],
        ['env=test', 1],
      ],
    });
  });
});

describe('the launch form', () => {
  it('starts with what it was opened for', () => {
    expect(formFor({ runbook: 'fsync-latency', hosts: ['db-1'] })).toMatchObject({
      runbook: 'fsync-latency',
      scope: 'some',
      hosts: ['db-1'],
    });
    expect(formFor({})).toMatchObject({ scope: 'all', runbook: 'triage-60s' });
  });
  it('forgets the choice when all is chosen', () => {
    expect(targetsOf({ ...formFor({ hosts: ['a'] }), scope: 'all' }, hosts)).toEqual({ all: true });
    expect(targetsOf({ ...formFor({}), scope: 'some', labels: ['env=a=b'] }, hosts)).toEqual({
      labels: { env: 'a=b' },
    });
    expect(targetsOf({ ...formFor({}), scope: 'some' }, hosts)).toBeNull();
  });
  it('sends what words find as names', () => {
    const form = { ...formFor({ hosts: ['db-1'] }), query: 'WEB env=prod' };
    expect(targetsOf(form, hosts)).toEqual({ hosts: ['db-1', 'web-1'] });
  });
  it('takes words that find nothing for no host, not for every one with the labels', () => {
    const form = { ...formFor({ labels: { env: 'prod' } }), query: 'nowhere' };
    expect(targetsOf(form, hosts)).toBeNull();
    expect(targetsOf({ ...form, classes: ['db'] }, hosts)).toEqual({ classes: ['db'], labels: { env: 'prod' } });
  });
  it('sends only parameters of the runbook that were filled in', () => {
    const runbook = {
      parameters: { window: { type: 'duration', default: '10s', min: '1s', max: '60s' } },
    } as unknown as Runbook;
    const form = { ...formFor({}), parameters: { window: '5s', count: '3' }, reason: '  slow  ' };
    expect(requestOf(form, runbook, { all: true })).toEqual({
      runbook: 'triage-60s',
      targets: { all: true },
      parameters: { window: '5s' },
      reason: 'slow',
    });
  });
  it('sends a rollout and the word against a freeze where they were asked for', () => {
    const form = { ...formFor({}), rollout: { ...NO_ROLLOUT, batch: '50' }, despiteFreeze: true, despiteBudget: true };
    expect(requestOf(form, { parameters: {} } as unknown as Runbook, { all: true })).toMatchObject({
      rollout: { batch: 50 },
      despiteFreeze: true,
      despiteBudget: true,
    });
  });
});

describe('parameterProblem', () => {
  const window = { type: 'duration', default: '10s', min: '1s', max: '60s' } as const;
  it.each([
    ['', null],
    ['10s', null],
    ['2m', 'expected 1s to 60s'],
    ['ten', 'expected a duration such as 10s or 2m'],
  ])('window %j: %j', (value, problem) => {
    expect(parameterProblem(window, value)).toBe(problem);
  });
  it('knows bounds and choices', () => {
    expect(parameterProblem({ type: 'integer', default: 1, min: 1, max: 9 }, '10')).toBe('expected 1 to 9');
    expect(parameterProblem({ type: 'choice', default: null, values: ['a', 'b'] }, 'c')).toBe('expected one of a, b');
  });
  it('says what a text may hold, and asks for what is needed', () => {
    const command = { type: 'text', default: null, form: 'command' } as const;
    expect(parameterHelp(command)).toContain('such as postgres');
    expect(parameterProblem(command, 'postgres')).toBeNull();
    expect(parameterProblem(command, 'rm -rf /')).toMatch(/^expected a command/);
    expect(parameterProblem(command, '')).toBeNull();
    expect(parameterProblem({ ...command, required: true }, '')).toBe('needed to start');
  });
});

describe('a second thought', () => {
  const runbook = (cost: 'light' | 'heavy') => ({ title: 'What threads wait for', cost });
  const preview = (basis: 'bounds' | 'earlier-runs') =>
    ({ estimate: { basis, total: { cpuSeconds: 42, bytes: 4_194_304, seconds: 12 } } }) as unknown as Preview;
  it('is asked for what is heavy or wide, with the numbers', () => {
    expect(secondThought(runbook('light'), 50, 500, null)).toBeNull();
    expect(secondThought(runbook('heavy'), 1, 500, null)).toBeNull();
    expect(secondThought(runbook('light'), 100, 500, null)).toBe('This runs on 100 hosts, 20 % of the fleet.');
    expect(secondThought(runbook('heavy'), 4, 5, null)).toContain('4 hosts, 80 % of the fleet');
  });
  it('says what all of it takes, and whether that is known or a limit', () => {
    expect(secondThought(runbook('light'), 100, 500, preview('earlier-runs'))).toMatch(
      /In all it takes about 42\s+s of CPU, 4 MiB, 12 s\.$/u,
    );
    expect(secondThought(runbook('light'), 100, 500, preview('bounds'))).toContain('at most');
  });
});

describe('what a request would do', () => {
  it('does not give an unknown cost as 0', () => {
    expect(figuresWords({ cpuSeconds: null, bytes: 1024, seconds: 10 }, 'bounds')).toBe('at most 1 KiB, 10 s');
  });
  it('gathers hosts by what is the matter, and says whether they run', () => {
    const one = (host: string, kind: 'held' | 'maintenance', runs: boolean) =>
      ({ host, class: 'web', kind, why: 'because', runs }) as const;
    expect(attentionGroups([one('a', 'maintenance', true), one('b', 'held', false), one('c', 'held', false)])).toEqual([
      { words: '2 hosts on hold, will not run', runs: false, hosts: ['b: because', 'c: because'] },
      { words: '1 host in maintenance, run all the same', runs: true, hosts: ['a: because'] },
    ]);
  });
});

import { alertRuleFrom, listensTo, matchWords, targetsWords } from './alert-rule';
import { pairsFromLines } from './pairs';

const form = (fields: Record<string, string>) => alertRuleFrom((name) => fields[name] ?? '');
const slow = { name: 'slow', match: 'alertname=Slow checkout*\nseverity = critical', hostFrom: 'instance' };

describe('an alert rule as it is typed', () => {
  it('has the defaults of the API where nothing is typed', () => {
    expect(form(slow)).toEqual({
      rule: {
        ...{ name: 'slow', hook: null, match: { alertname: 'Slow checkout*', severity: 'critical' } },
        ...{ targets: { hostFrom: 'instance' }, runbook: 'triage-60s', parameters: {}, cooldown: '15m' },
      },
    });
  });

  it('has all that is typed', () => {
    const all = form({
      ...{ ...slow, hook: 'am', hosts: 'db-07, db-08', classes: 'web cache', labels: 'env=prod', classFrom: 'job' },
      ...{ runbook: 'cpu-profile', parameters: 'duration=20s', cooldown: '30m', rate: 'sum(x)', serviceLabel: 'app' },
    });
    expect(all).toMatchObject({
      rule: {
        hook: 'am',
        targets: {
          ...{ hosts: ['db-07', 'db-08'], classes: ['web', 'cache'], labels: { env: 'prod' } },
          ...{ hostFrom: 'instance', classFrom: 'job' },
        },
        ...{ runbook: 'cpu-profile', parameters: { duration: '20s' }, cooldown: '30m' },
        red: { rate: 'sum(x)', serviceLabel: 'app', range: '15m', baselineOffset: '24h' },
      },
    });
  });

  it.each([
    [{ ...slow, match: 'Slow' }, /Alerts that have: expected label=value/],
    [{ ...slow, labels: 'prod' }, /these labels: expected name=value/],
    [{ ...slow, parameters: '20s' }, /Parameters: expected name=value/],
    [{ ...slow, hostFrom: '' }, /On which hosts\?/],
    [{ ...slow, name: 'two words' }, /^name: expected a word/],
    [{ ...slow, cooldown: 'long' }, /^cooldown: /],
  ])('says what is wrong with %j', (fields, problem) =>
    expect(form(fields)).toEqual({ problem: expect.stringMatching(problem) as string }),
  );

  it('has no queries without one: a label of the service alone asks nothing', () => {
    expect(form({ ...slow, serviceLabel: 'app' })).not.toHaveProperty('rule.red');
  });

  it('is said in words', () => {
    expect(matchWords({ match: { severity: 'critical', alertname: 'Slow*' } })).toBe(
      'alertname=Slow* severity=critical',
    );
    expect(matchWords({ match: {} })).toBe('any labels');
    expect(targetsWords({ targets: { classes: ['web'], labels: { env: 'prod' }, hostFrom: 'instance' } })).toBe(
      'class web, env=prod, the host in instance',
    );
    expect(listensTo({ hook: null }, 'am')).toBe(true);
    expect(listensTo({ hook: 'pd' }, 'am')).toBe(false);
  });
});

describe('pairs, a line each', () => {
  it('may hold spaces and further signs in their values', () => {
    expect(pairsFromLines('a=b c\n\n d = e=f \n')).toEqual({ a: 'b c', d: 'e=f' });
    expect(pairsFromLines('')).toEqual({});
    expect(pairsFromLines('a=b\nc')).toBeNull();
  });
});

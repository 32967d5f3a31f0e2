import { type HostView } from '@fleetscope/contracts';
import { hostFromForm } from './add-host';
import { addressWords, filterHosts, keyWords, presetFor, sortHosts } from './fleet';

const host = (changes: Partial<HostView>): HostView =>
  ({
    name: 'a',
    class: 'web',
    labels: {},
    address: 'a',
    port: 22,
    user: null,
    transport: 'ssh',
    jump: [],
    hostKeys: [],
    reachability: null,
    checkedAt: null,
    ...changes,
  }) as HostView;

const hosts = [
  host({ name: 'web-10', labels: { env: 'prod' }, reachability: { state: 'reachable', reason: null } }),
  host({ name: 'web-2', labels: { env: 'test' }, reachability: { state: 'unreachable', reason: 'no route' } }),
  host({ name: 'db-1', class: 'db' }),
];
const names = (list: HostView[]): string[] => list.map(({ name }) => name);

describe('the fleet', () => {
  it('is filtered by class, label, state and words', () => {
    expect(names(filterHosts(hosts, { class: 'db,web', label: 'env=prod' }))).toEqual(['web-10']);
    expect(names(filterHosts(hosts, { q: 'NO route' }))).toEqual(['web-2']);
    expect(names(filterHosts(hosts, { state: 'unchecked' }))).toEqual(['db-1']);
  });
  it('is sorted as people count, and by what needs a look', () => {
    expect(names(sortHosts(hosts))).toEqual(['db-1', 'web-2', 'web-10']);
    expect(names(sortHosts(hosts, 'reachability'))).toEqual(['web-2', 'db-1', 'web-10']);
  });
  it('says how one gets to a host, and whom one would believe', () => {
    expect(addressWords(host({ address: '::1', port: 2222, user: 'ops' }))).toBe('ops@[::1]:2222');
    expect(keyWords(host({}))).toEqual({ words: 'not trusted yet', isMissing: true });
    expect(keyWords(host({ transport: 'local' })).isMissing).toBe(false);
  });
});

describe('presetFor', () => {
  it('says a filter of classes and labels as such, and any other by names', () => {
    expect(presetFor(hosts, [], { class: 'web', label: 'env=prod' })).toEqual({
      classes: ['web'],
      labels: { env: 'prod' },
    });
    expect(presetFor(hosts, [], { class: 'web', q: 'web-2' })).toEqual({ hosts: ['web-2'] });
    expect(presetFor(hosts, hosts.slice(2), { class: 'web' })).toEqual({ hosts: ['db-1'] });
    expect(presetFor(hosts, [], {})).toEqual({ classes: [], labels: {} });
  });
});

describe('hostFromForm', () => {
  it('reads what was filled in and leaves the rest to the API', () => {
    expect(
      hostFromForm({
        name: ' db-07 ',
        address: '',
        port: '2222',
        transport: 'ssh',
        labels: 'env=prod, rack=r14',
        jump: 'bastion',
      }),
    ).toMatchObject({
      host: { name: 'db-07', port: 2222, class: 'default', labels: { env: 'prod', rack: 'r14' }, jump: ['bastion'] },
    });
  });
  it('says what is wrong, by field', () => {
    expect(hostFromForm({ name: '-oProxyCommand=x', port: '99999' })).toMatchObject({
      problems: { name: expect.any(String), port: expect.any(String) },
    });
    expect(hostFromForm({ name: 'a', labels: 'prod' })).toEqual({
      problems: { labels: 'expected name=value, such as env=prod' },
    });
  });
});

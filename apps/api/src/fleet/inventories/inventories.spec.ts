import fc from 'fast-check';
import { detectFormat, readInventory, type InventoryFormat } from '.';
import { parseAnsibleIni } from './ansible-ini.inventory';
import { parseAnsibleYaml } from './ansible-yaml.inventory';
import { parseCsv } from './csv.inventory';
import { expandRanges, type Inventory } from './inventory';
import { parseSshConfig } from './ssh-config.inventory';

const hosts = (inventory: Inventory): Record<string, unknown> =>
  Object.fromEntries(inventory.hosts.map(({ host }) => [host.name, host]));
const lines = (inventory: Inventory): [number | null, string][] =>
  inventory.problems.map(({ line, reason }) => [line, reason]);

describe('ranges', () => {
  it.each([
    ['web', ['web']],
    ['web[1:3]', ['web1', 'web2', 'web3']],
    ['web[08:11].example', ['web08.example', 'web09.example', 'web10.example', 'web11.example']],
    ['web[01:05:2]', ['web01', 'web03', 'web05']],
    ['db-[a:c]', ['db-a', 'db-b', 'db-c']],
    ['r[1:2]n[1:2]', ['r1n1', 'r1n2', 'r2n1', 'r2n2']],
    ['web[0:0]', ['web0']],
  ])('%s', (pattern, names) => expect(expandRanges(pattern)).toEqual(names));

  it.each([
    'web[',
    'web[1',
    'web[]',
    'web[a:2]',
    'web[3:1]',
    'web[1:3:0]',
    'web[1:20000]',
    'web[1:200]x[1:200]',
    'web[1:3',
  ])('%s is none', (pattern) => expect(expandRanges(pattern)).toBeNull());
});

describe('Ansible INI', () => {
  const INVENTORY = `
# the edge
lonely.example ansible_host=10.0.0.9 ; not a comment to Ansible, an error
bastion ansible_host=10.0.0.1 ansible_user=jump   # a comment

[web]
web[01:02] ansible_port=2222
web03 ansible_host="10.0.1.3" note='two words # no comment'

[db]
db-07 ansible_ssh_private_key_file=~/.ssh/db

[site:children]
web
db

[site:vars]
ansible_user=site
ansible_become=yes

[web:vars]
ansible_user = web

[all:vars]
ansible_port=22022
`;
  const parsed = parseAnsibleIni(INVENTORY);

  it('reads hosts, ranges, quotes and comments', () => {
    expect(Object.keys(hosts(parsed))).toEqual(['bastion', 'web01', 'web02', 'web03', 'db-07']);
    expect(hosts(parsed)['web03']).toMatchObject({ address: '10.0.1.3' });
    expect(hosts(parsed)['db-07']).toMatchObject({ identityFile: '~/.ssh/db' });
  });

  it('lets a nearer group override a farther one, and the host all of them', () => {
    expect(hosts(parsed)['web01']).toMatchObject({ user: 'web', port: 2222, become: 'sudo', class: 'web' });
    expect(hosts(parsed)['db-07']).toMatchObject({ user: 'site', port: 22022, become: 'sudo', class: 'db' });
    expect(hosts(parsed)['bastion']).toEqual({ name: 'bastion', address: '10.0.0.1', user: 'jump', port: 22022 });
  });

  it('keeps the ancestors of a group as a label', () => {
    expect(hosts(parsed)['web01']).toMatchObject({ labels: { groups: 'web,site' } });
  });

  it('reports the lines it cannot read, by number, and reads on', () => {
    expect(lines(parsed)).toEqual([[3, 'expected name=value, got ;']]);
    const bad = parseAnsibleIni(
      '[web\nlost\n[db]\ndb-01 ansible_port=x\ndb-02 note="open\ndb-03\nweb[3:1]\n[db:vars]\nnovalue\n',
    );
    expect(Object.keys(hosts(bad))).toEqual(['db-03']);
    expect(lines(bad)).toEqual([
      [1, expect.stringContaining('expected a section')],
      [2, expect.stringContaining('below a section')],
      [5, 'a quote is not closed'],
      [7, expect.stringContaining('range')],
      [9, 'expected name=value'],
      [4, 'ansible_port: expected a port number, got x'],
    ]);
  });

  it('ends where groups are their own ancestors', () => {
    const parsedCycle = parseAnsibleIni('[a]\nh\n[a:children]\nb\n[b:children]\na\n');
    expect(hosts(parsedCycle)['h']).toMatchObject({ class: 'a', labels: { groups: 'a,b' } });
  });

  it('reads a host that stands in several groups once, with the first as its class', () => {
    const twice = parseAnsibleIni('[web]\nh ansible_port=1\n[prod]\nh ansible_user=u\n');
    expect(twice.hosts.map(({ host }) => host)).toEqual([
      { name: 'h', class: 'web', port: 1, user: 'u', labels: { groups: 'web,prod' } },
    ]);
  });

  it('reads Windows line ends and a byte order mark', () => {
    expect(Object.keys(hosts(parseAnsibleIni('\uFEFF[web]\r\nweb01\r\n')))).toEqual(['web01']);
    expect(hosts(parseAnsibleIni('\uFEFF[web]\r\nweb01\r\n'))['web01']).toMatchObject({ class: 'web' });
  });
});

describe('Ansible YAML', () => {
  const parsed = parseAnsibleYaml(`
all:
  vars: { ansible_user: ops, ansible_port: 2200 }
  hosts:
    bastion: { ansible_host: 10.0.0.1 }
  children:
    site:
      children:
        web:
          vars: { ansible_user: web }
          hosts:
            web[01:02]:
            web03: { ansible_port: 22, ansible_connection: local }
        db:
          hosts: { db-07: null }
`);

  it('reads groups, children, variables and ranges', () => {
    expect(hosts(parsed)).toEqual({
      bastion: { name: 'bastion', address: '10.0.0.1', user: 'ops', port: 2200 },
      web01: { name: 'web01', class: 'web', user: 'web', port: 2200, labels: { groups: 'web,site' } },
      web02: { name: 'web02', class: 'web', user: 'web', port: 2200, labels: { groups: 'web,site' } },
      web03: { name: 'web03', class: 'web', user: 'web', port: 22, transport: 'local', labels: { groups: 'web,site' } },
      'db-07': { name: 'db-07', class: 'db', user: 'ops', port: 2200, labels: { groups: 'db,site' } },
    });
    expect(parsed.problems).toEqual([]);
  });

  it('reports what is no inventory, with the line', () => {
    expect(lines(parseAnsibleYaml('all:\n  hosts:\n    - web01\n'))).toEqual([
      [2, expect.stringContaining('all.hosts')],
    ]);
    expect(lines(parseAnsibleYaml('all:\n  host:\n    web01:\n'))).toEqual([[2, expect.stringContaining('got host')]]);
    expect(lines(parseAnsibleYaml('all: [\n'))[0]?.[0]).toBeGreaterThan(0);
    expect(lines(parseAnsibleYaml('just text'))).toEqual([[1, expect.stringContaining('expected groups')]]);
  });

  it('follows no bomb of aliases', () => {
    const bomb = [
      'a: &a {x: {ansible_user: u}}',
      ...Array.from(
        { length: 26 },
        (_, i) =>
          `${'bcdefghijklmnopqrstuvwxyzA'[i]}: &${'bcdefghijklmnopqrstuvwxyzA'[i]} {hosts: *${'abcdefghijklmnopqrstuvwxyz'[i]}, children: *${'abcdefghijklmnopqrstuvwxyz'[i]}}`,
      ),
    ].join('\n');
    const began = performance.now();
    parseAnsibleYaml(bomb);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('ssh_config', () => {
  const parsed = parseSshConfig(`
User everybody
Host db-*.example !db-99.example
  User db
  Port 2200
Host db-07.example db-99.example
  HostName %h.internal
  User late
  Port 22
  ProxyJump bastion,inner
  IdentityFile "~/.ssh/with space"
Host web-01
  hostname=10.0.0.1
  ProxyJump none
  Port 2222
  Port 2223
Match host web-01 exec "true"
  User matched
Host old
  ProxyCommand nc %h %p
Include conf.d/*
garbage
Host *
  Port 9
`);

  it('takes the first value that a host obtains, as ssh does', () => {
    expect(hosts(parsed)['db-07.example']).toMatchObject({ user: 'everybody', port: 2200 });
    expect(hosts(parsed)['db-99.example']).toMatchObject({ user: 'everybody', port: 22 });
    expect(hosts(parsed)['web-01']).toEqual({ name: 'web-01', address: '10.0.0.1', user: 'everybody', port: 2222 });
    expect(hosts(parsed)['old']).toMatchObject({ port: 9 });
  });

  it('names no host by a pattern', () =>
    expect(Object.keys(hosts(parsed))).toEqual(['db-07.example', 'db-99.example', 'web-01', 'old']));

  it('carries over hops, keys and %h', () =>
    expect(hosts(parsed)['db-07.example']).toMatchObject({
      jump: ['bastion', 'inner'],
      identityFile: '~/.ssh/with space',
      address: 'db-07.example.internal',
    }));

  it('reports what it does not follow, by line', () => {
    expect(lines(parsed)).toEqual([
      [17, expect.stringContaining('Match is not followed')],
      [21, expect.stringContaining('Include is not followed')],
      [22, 'expected an option and its value'],
      [19, expect.stringContaining('ProxyCommand')],
    ]);
  });

  it('reads a hop with user and port as the host it names', () => {
    expect(hosts(parseSshConfig('Host a\n ProxyJump ops@bastion:2222,ssh://u@inner:22\n'))['a']).toMatchObject({
      jump: ['bastion', 'inner'],
    });
  });
});

describe('CSV', () => {
  const parsed = parseCsv(
    '\uFEFFName,Address,port,class,labels,rack,"odd, one"\r\nweb-01,10.0.0.1,2222,web,env=prod;dc=fra,r1,"say ""hi"""\n"db-07",10.0.0.7,,db,,"r\n2",\n\nbad,1,x\nlong,1,2,3,4,5,6,7,8\nlast,10.0.0.9,22,db,novalue\n',
  );

  it('reads quoted cells, a byte order mark, and columns that are labels', () => {
    expect(hosts(parsed)).toEqual({
      'web-01': {
        name: 'web-01',
        address: '10.0.0.1',
        port: 2222,
        class: 'web',
        labels: { env: 'prod', dc: 'fra', rack: 'r1', 'odd, one': 'say "hi"' },
      },
      'db-07': { name: 'db-07', address: '10.0.0.7', class: 'db', labels: { rack: 'r\n2' } },
      last: { name: 'last', address: '10.0.0.9', port: 22, class: 'db' },
    });
  });

  it('reports rows by the line they begin on', () =>
    expect(lines(parsed)).toEqual([
      [6, 'port: expected a port number, got x'],
      [7, 'expected 7 cells, got 9'],
      [8, 'labels: expected name=value, got novalue'],
    ]));

  it('without a column `name` is no inventory', () =>
    expect(lines(parseCsv('host,address\na,b\n'))).toEqual([[1, expect.stringContaining('`name`')]]));

  it('with a quote that is never closed is reported', () =>
    expect(parseCsv('name,class\nweb-01,"web\nweb-02,web\n').problems).toEqual([
      { line: 2, text: expect.any(String), reason: expect.stringContaining('quote') },
    ]));
});

describe('the format', () => {
  it.each<[string, string, InventoryFormat]>([
    ['hosts.csv', '', 'csv'],
    ['hosts.yml', '', 'ansible-yaml'],
    ['hosts.ini', '', 'ansible-ini'],
    ['ssh_config', '', 'ssh-config'],
    ['config', 'Host web-01\n  HostName 10.0.0.1\n', 'ssh-config'],
    ['inventory', '# comment\nall:\n  hosts:\n', 'ansible-yaml'],
    ['inventory', 'name,class\nweb-01,web\n', 'csv'],
    ['hosts', '[web]\nweb01\n', 'ansible-ini'],
    ['hosts', 'host ansible_host=1.2.3.4\n', 'ansible-ini'],
  ])('of %s (%j) is %s', (name, text, format) => expect(detectFormat(name, text)).toBe(format));
});

describe.each<[InventoryFormat]>([['ansible-ini'], ['ansible-yaml'], ['ssh-config'], ['csv']])(
  '%s, whatever stands in it',
  (format) => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '[',
        ']',
        '[web]',
        '[a:vars]',
        '[a:children]',
        '"',
        "'",
        '=',
        ',',
        ':',
        '- ',
        '  ',
        '#',
        '\0',
        '\uFEFF',
        'Host ',
        'Match ',
        '*',
        '!',
        'name',
        'all:\n',
        ' hosts:\n',
        '&a ',
        '*a',
        '%h',
        '__proto__',
        'ansible_port=1',
        '[1:9]',
        '{',
        '}',
        '|',
        '\t',
      ),
    );
    const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

    it('is read without a throw, and every problem has a reason', () => {
      fc.assert(
        fc.property(text, (given) => {
          const inventory = readInventory({ format, fileName: 'x', text: given });
          for (const { reason } of inventory.problems) expect(reason.length).toBeGreaterThan(3);
          for (const { text: shown } of inventory.problems) expect(shown.length).toBeLessThanOrEqual(200);
        }),
        { numRuns: 500 },
      );
    });

    it.each([
      ['long lines', 'a'.repeat(2_000_000)],
      ['open quotes', '"'.repeat(50_000)],
      ['brackets', '['.repeat(50_000)],
      ['stars', `Host ${'*a'.repeat(100)}*b\nHost ${'a'.repeat(200)}\n`.repeat(500)],
      ['spaces', ' '.repeat(1_000_000)],
      ['empty lines', '\n'.repeat(500_000)],
      ['commas', ','.repeat(300_000)],
      ['hosts', Array.from({ length: 10_000 }, (_, i) => `host-${i}`).join('\n')],
      ['ssh hosts', Array.from({ length: 5_000 }, (_, i) => `Host host-${i}\n  User u`).join('\n')],
      ['indents', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ])(
      'is read in time that does not explode: %s',
      (_, given) => {
        const time = (text: string): number => {
          const began = performance.now();
          expect(() => readInventory({ format, fileName: 'x', text })).not.toThrow();
          return performance.now() - began;
        };
        const quarter = time(given.slice(0, given.length / 4));
        // Four times the text takes four times as long; where each line looks at all others, sixteen times.
        expect(time(given)).toBeLessThan(12 * quarter + 500);
      },
      60_000,
    );
  },
);

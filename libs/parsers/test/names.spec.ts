import { parserIds, parserNamed } from '../src';

describe('the name of a parser', () => {
  it('is its id', () => {
    for (const id of parserIds()) expect(parserNamed(id)).toBe(id);
  });

  it.each([
    ['ss -s', 'ss-s'],
    ['ss -tinp', 'ss'],
    ['ss-tinp', 'ss'],
    ['ss -lnt', 'ss-lnt'],
    ['free -m', 'free'],
    ['df -i', 'df-i'],
    ['df -hT', 'df'],
    ['/proc/net/dev', 'proc-net-dev'],
    ['journalctl -k', 'dmesg'],
    ['ip -s link', 'ip-link'],
    ['netstat', 'netstat-s'],
    ['vmstat -d', 'vmstat-d'],
    ['vmstat 1 5', 'vmstat'],
    ['ip route get 192.0.2.1', 'ip-route'],
    ['ip rule', 'ip-rule'],
    ['tcpretrans', 'bcc-tcpretrans'],
    ['offcputime-bpfcc -f', 'bcc-offcputime'],
    ['memory.current', 'cgroup-memory-current'],
    ['/sys/fs/cgroup/system.slice/cron.service/memory.pressure', 'cgroup-pressure'],
    ['/proc/4711/smaps', 'proc-pid-smaps'],
    ['/proc/self/stat', 'proc-pid-stat'],
    ['/proc/net/nf_conntrack', 'nf-conntrack'],
    ['perf script', 'perf-script'],
    ['sadf -j', 'sadf'],
    ['nothing', null],
    ['', null],
    ['__proto__', null],
    ['constructor', null],
  ])('%s means %s', (name, id) => expect(parserNamed(name)).toBe(id));
});

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
    ['nothing', null],
    ['', null],
    ['__proto__', null],
    ['constructor', null],
  ])('%s means %s', (name, id) => expect(parserNamed(name)).toBe(id));
});

import type { ParseResult } from '@fleetscope/contracts';
import { parseText } from '../src';
import { contextOf, fixture, valuesOf } from './fixtures';

const parse = (parser: string, name: string): ParseResult => parseText(parser, fixture(parser, name), contextOf(name));
const parsed = (parser: string, text: string): ParseResult => parseText(parser, text, contextOf());

describe('ip: values read off the recordings by eye', () => {
  it('rule: what a rule asks for, and what it refuses', () => {
    const { rows } = parse('ip-rule', 'ip--6.1.0--router');
    expect(rows[1]).toEqual({ priority: 100, from: 'all', fwmark: '0x1/0xff', lookup: 100 });
    expect(rows[2]).toMatchObject({
      priority: 200,
      from: '198.51.100.0/24',
      to: '192.0.2.0/24',
      iif: 'd0',
      ipproto: 'tcp',
      dport: '80-90',
      lookup: 100,
    });
    expect(rows[3]).toEqual({ priority: 300, not: true, from: '10.0.0.0/8', action: 'unreachable' });
    expect(parse('ip-rule', 'ip--6.1.0--router-json').rows).toHaveLength(rows.length);
  });

  it('route: several next hops, refusals, a path’s own MTU', () => {
    const { rows } = parse('ip-route', 'ip--6.1.0--router');
    expect(rows[0]).toMatchObject({ dst: '192.0.2.0/25', via: '198.51.100.2', table: 100, metric: 50, mtu: 1400 });
    expect(rows[1]).toEqual({ type: 'blackhole', dst: '192.0.2.128/25' });
    expect(rows[3]).toEqual({
      dst: '203.0.113.0/24',
      nexthops: ['via 198.51.100.2 dev d0 weight 1', 'via 198.51.100.3 dev d0 weight 2'],
    });
    expect(parse('ip-route', 'ip--6.1.0--router-json').rows).toHaveLength(rows.length);
  });

  it('route get: the gateway and the address to leave with; next hops of another family; unknown words', () => {
    expect(parse('ip-route', 'ip--6.1.0--get-mark').rows[0]).toMatchObject({ dev: 'd0', src: '198.51.100.1', mark: 1 });
    const { rows, issues } = parsed('ip-route', '192.0.2.9 via inet6 fe80::1 dev eth0 newword src 192.0.2.2 uid 0 \n');
    expect(rows).toMatchObject([{ via: 'fe80::1', src: '192.0.2.2' }]);
    expect(issues).toMatchObject([{ line: 1, reason: 'unknown word newword' }]);
  });

  it('addr: addresses of a link, the same in text and JSON', () => {
    const text = parse('ip-link', 'ip--6.1.0--addr').rows.at(-1);
    const json = parse('ip-link', 'ip--6.1.0--addr-json').rows.at(-1);
    expect(text?.addresses).toEqual(['192.0.2.2/24', 'fd00::2/64', 'fe80::fc:ff:fe00:1/64']);
    expect(json?.addresses).toEqual(['192.0.2.2', 'fd00::2', 'fe80::fc:ff:fe00:1']);
  });
});

describe('mtr and ping', () => {
  it('a time without room for its fraction is a number', () => {
    const result = parse('mtr', 'mtr--0.95--no-answer');
    // 198.51.100.1   0.0%  3  654.9 1799. 654.9 3079. 1217.
    expect(result.rows[0]).toMatchObject({ 'Loss%': 0, Snt: 3, Last: 654.9, Avg: 1799, Wrst: 3079 });
    expect(valuesOf(result, 'network.path_rtt', '198.51.100.1')).toEqual([1799]);
  });

  it('the destination is judged, not the routers on the way', () => {
    const text = [
      'Start: 2026-11-21T22:00:00+0000',
      'HOST: web-1                       Loss%   Snt   Last   Avg  Best  Wrst StDev',
      '  1.|-- 192.0.2.1                 60.0%    50    0.4   0.5   0.3   1.2   0.2',
      '  2.|-- ???                       100.0    50    0.0   0.0   0.0   0.0   0.0',
      '    |  `|-- 192.0.2.77',
      '  3.|-- 198.51.100.4               2.0%    50   11.1  12.0  10.9  30.0   3.5',
      '',
    ].join('\n');
    const result = parsed('mtr', text);
    expect(result.issues).toEqual([]);
    expect(valuesOf(result, 'network.path_loss', '198.51.100.4')).toEqual([2]);
    expect(valuesOf(result, 'network.path_rtt_deviation', '198.51.100.4')).toEqual([3.5]);
    expect(valuesOf(result, 'network.path_loss', '192.0.2.1')).toBeUndefined();
    expect(result.rows[2]).toEqual({ alternative: '192.0.2.77' });
  });

  it('nobody answers: all is lost, and the times are unknown', () => {
    const text =
      'HOST: a     Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1.|-- ???   100.0    50    0.0   0.0   0.0   0.0   0.0\n';
    const result = parsed('mtr', text);
    expect(valuesOf(result, 'network.path_loss', '???')).toEqual([100]);
    expect(valuesOf(result, 'network.path_rtt', '???')).toEqual([null]);
    const ping = parse('ping', 'ping--20221126--unreachable');
    expect(ping.rows[0]).toEqual({ icmp_seq: 1, error: 'no answer yet for icmp_seq=1' });
    expect(valuesOf(ping, 'network.path_loss', '198.51.100.9')).toEqual([100]);
    expect(valuesOf(ping, 'network.path_rtt', '198.51.100.9')).toEqual([null]);
  });

  it('ping: answers and statistics of iputils and busybox', () => {
    const iputils = parse('ping', 'ping--20221126--three');
    expect(iputils.rows[1]).toEqual({ from: '127.0.0.1', icmp_seq: 2, ttl: 64, rtt: 0.046 });
    expect(iputils.rows.at(-1)).toMatchObject({ transmitted: 3, received: 3, avg: 0.041, mdev: 0.008 });
    const busybox = parse('ping', 'ping--busybox-1.35.0--three');
    expect(busybox.rows[1]).toEqual({ from: '127.0.0.1', seq: 1, ttl: 64, rtt: 0.075 });
    expect(valuesOf(busybox, 'network.path_rtt_deviation', '127.0.0.1')).toBeUndefined();
    expect(parse('ping', 'ping--20221126--stamped').rows[0]).toMatchObject({
      from: '::1',
      time: '2026-11-22T02:10:21.689Z',
    });
  });
});

describe('tcpdump', () => {
  it('ends, flags and length of each packet; flows by packets', () => {
    const result = parse('tcpdump', 'tcpdump--4.99.3--numeric');
    expect(result.rows[6]).toMatchObject({
      protocol: 'IP',
      stamp: '02:10:27.995697',
      src: '127.0.0.1.53370',
      dst: '127.0.0.1.8080',
      flags: 'S',
      seq: 395550435,
      win: 65495,
      length: 0,
    });
    expect(result.rows[9]).toMatchObject({ flags: 'P.', seq: '1:15', ack: 1, length: 14 });
    expect(result.rows.at(-1)).toEqual({
      'packets captured': 15,
      'packets received by filter': 30,
      'packets dropped by kernel': 0,
    });
    const [flows] = result.observations;
    expect(flows).toMatchObject({ name: 'flows' });
    expect(flows?.kind === 'table' && flows.rows.slice(0, 2)).toEqual([
      ['IP', '127.0.0.1', '127.0.0.1', 5, 293],
      ['IP', '127.0.0.1.53370', '127.0.0.1.8080', 4, 14],
    ]);
  });

  it('interfaces of any, verbose lines in two, epoch times', () => {
    expect(parse('tcpdump', 'tcpdump--4.99.3--dated-any').rows[0]).toMatchObject({ interface: 'lo', direction: 'In' });
    expect(parse('tcpdump', 'tcpdump--4.99.3--verbose').rows[0]).toMatchObject({ src: '127.0.0.1', length: 64 });
    expect(parse('tcpdump', 'tcpdump--4.99.3--epoch-quiet').rows[0]?.time).toBe('2026-11-22T02:10:39.686Z');
  });
});

describe('connection tracking', () => {
  it('both directions, flags and state of each connection', () => {
    const { rows, observations } = parse('nf-conntrack', 'linux--6.18.44--nf_conntrack');
    expect(rows[0]).toMatchObject({
      protocol: 'tcp',
      timeout: 432000,
      state: 'ESTABLISHED',
      sport: 40786,
      'reply sport': 8080,
      flags: ['ASSURED'],
    });
    expect(observations[0]).toMatchObject({
      rows: [
        ['tcp ESTABLISHED', 1],
        ['icmp', 1],
        ['udp', 1],
      ],
    });
    const listed =
      'tcp      6 117 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 packets=1 bytes=60 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 packets=0 bytes=0 mark=0 use=1\n';
    expect(parsed('nf-conntrack', listed).rows).toMatchObject([{ state: 'SYN_SENT', bytes: 60, 'reply bytes': 0 }]);
  });

  it('counters are hexadecimal', () => {
    const text = 'entries  clashres found\n0000001f  00000000 0000000a\n';
    expect(parsed('proc-net-stat-nf-conntrack', text).rows).toEqual([{ cpu: 0, entries: 31, clashres: 0, found: 10 }]);
  });
});

import { type Observation } from '@fleetscope/contracts';
import { againstPeers, analyseHost, settingsOf, type SetUpHost } from '../src';
import { COLLECTED_AT, facts, step, value } from './builders';

const host = (name: string, observations: readonly Observation[]): SetUpHost => {
  const evidence = {
    host: name,
    windowSeconds: 10,
    facts: {},
    collectedAt: COLLECTED_AT,
    steps: [step('limits', observations)],
  };
  return { analysis: analyseHost(evidence, { thresholdsVersion: 4 }), settings: settingsOf(evidence) };
};
const setUp = (somaxconn: number, mount: string, speed: number, duplex = 'full'): Observation[] => [
  facts('sysctl', { 'net.core.somaxconn': somaxconn }),
  facts('mounts', { '/': mount }),
  facts('links', { 'eth0.duplex': duplex }),
  value('network.link_speed', speed, 'eth0'),
];
const usual = (name: string): SetUpHost => host(name, setUp(4096, 'ext4 rw', 1e10));

describe('a host against its peers', () => {
  it('is told by what most of them have in common, and they are not', () => {
    const odd = host('odd', setUp(128, 'ext4 rw,sync', 1e9));
    const [a, b, c] = againstPeers([usual('a'), odd, usual('c')]);
    expect(b?.findings.map(({ rule, text }) => [rule, text])).toEqual([
      ['net-link', 'eth0 runs at 1 Gbit/s while its peers run at 10 Gbit/s.'],
      ['fs-mounts', expect.stringContaining('mounts./ ext4 rw,sync instead of ext4 rw')],
      ['net-sysctl', expect.stringContaining('sysctl.net.core.somaxconn 128 instead of 4096')],
    ]);
    expect(b?.findings.every(({ thresholdsVersion }) => thresholdsVersion === 4)).toBe(true);
    expect([a, c].map((one) => one?.findings)).toEqual([[], []]);
    // The cell of the USE table says it, too.
    expect(b?.use.find(({ resource, aspect }) => resource === 'network' && aspect === 'errors')).toMatchObject({
      state: 'warn',
      rule: 'net-link',
    });
    expect(a?.outcomes.filter(({ rule }) => rule === 'net-sysctl')).toMatchObject([{ outcome: 'ok' }]);
  });

  it('says what they have in common, and never which they are, or what one of them alone has', () => {
    // Who may see the odd one may not see the others: docs/operate/access.md says what is learned of them.
    const peers = ['db-07', 'db-08', 'db-09'].map((name) =>
      host(name, [...setUp(4096, 'ext4 rw', 1e10), facts('mounts', { [`/${name}`]: `xfs ${name}` })]),
    );
    const [told] = againstPeers([host('odd', setUp(128, 'ext4 rw,sync', 1e9)), ...peers]);
    expect(told?.findings).toHaveLength(3);
    expect(JSON.stringify(told)).not.toMatch(/db-0\d/);
  });

  it('keeps what was said of the host by itself', () => {
    const [odd] = againstPeers([host('odd', setUp(4096, 'ext4 rw', 1e9, 'half')), usual('a'), usual('b')]);
    expect(odd?.findings.map(({ label }) => label)).toEqual(['eth0 1 Gbit/s', 'eth0 half duplex']);
  });

  it('of two nobody is the odd one, and the reason says so', () => {
    const analyses = againstPeers([usual('a'), host('b', setUp(128, 'xfs rw', 1e9))]);
    expect(analyses.flatMap(({ findings }) => findings)).toEqual([]);
    expect(analyses[1]?.outcomes.filter(({ rule }) => rule === 'fs-mounts')).toMatchObject([
      { outcome: 'unknown', reason: 'too few peers have told what is usual among them' },
    ]);
  });

  it('a class that agrees on nothing has no odd host; what a host did not tell stays unknown', () => {
    const hosts = [1, 2, 3, 4].map((n) => host(`h${n}`, setUp(n, `ext4 ${n}`, n * 1e9)));
    const silent = host('silent', []);
    const analyses = againstPeers([...hosts, silent]);
    expect(analyses.flatMap(({ findings }) => findings)).toEqual([]);
    expect(analyses[4]?.outcomes.filter(({ rule }) => rule === 'net-sysctl')).toMatchObject([
      { outcome: 'unknown', reason: 'no step told network settings' },
    ]);
  });
});

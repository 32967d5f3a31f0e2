import { explain, explanationText, fisherTail, type Traits } from '../src';

const fleet = (size: number, traits: (n: number) => Record<string, string>): Traits[] =>
  Array.from({ length: size }, (_, n) => ({ host: `h${n}`, traits: traits(n) }));
const hosts = (...ns: number[]): Set<string> => new Set(ns.map((n) => `h${n}`));

describe('what explains the outliers', () => {
  it("is Fisher's exact test", () => {
    // scipy.stats.fisher_exact([[4, 1], [0, 35]], 'greater') and scipy.stats.hypergeom.sf(7, 100, 10, 12)
    expect(fisherTail(4, 5, 4, 40)).toBeCloseTo(5.47105810263705e-5, 12);
    expect(fisherTail(8, 10, 12, 100)).toBeCloseTo(1.105864689950891e-7, 15);
    expect(fisherTail(0, 3, 2, 10)).toBeCloseTo(1, 12);
  });

  it('names the rack whose hosts are the odd ones', () => {
    const all = fleet(40, (n) => ({ rack: `r${Math.floor(n / 5)}`, env: n % 2 ? 'prod' : 'test', os: 'debian' }));
    const found = explain(all, hosts(10, 11, 12, 13, 14));
    expect(found).toMatchObject({ trait: 'rack', value: 'r2', hosts: 5, affected: 5, of: 5 });
    expect(found && explanationText(found)).toBe('All 5 have rack=r2, which no other host has.');
    const most = explain(all, hosts(10, 11, 12, 13, 30));
    expect(most && explanationText(most)).toBe('4 of the 5 have rack=r2, as one other host has.');
  });

  it.each([
    ['too few are affected', hosts(0, 1)],
    ['all are', new Set(fleet(40, () => ({})).map(({ host }) => host))],
    ['they share nothing', hosts(0, 7, 14, 21, 28, 35)],
    ['they share what everybody has', hosts(0, 1, 10, 20, 30)],
  ])('says nothing when %s', (_, affected) => {
    expect(
      explain(
        fleet(40, (n) => ({ rack: `r${Math.floor(n / 5)}`, os: 'debian' })),
        affected,
      ),
    ).toBeNull();
  });

  it('is not taken in by a trait of each host its own', () => {
    expect(
      explain(
        fleet(12, (n) => ({ serial: `${n}` })),
        hosts(1, 2, 3),
      ),
    ).toBeNull();
  });
});

import { type Comparison, type MetricComparison, type MatrixRun } from '@fleetscope/contracts';
import { onLine } from '../../components/on-line';
import { factsOf, hostsOf, pairsOf, rowsOf, sideWords } from './compare-model';

const ID = 'c355dbbe-716a-4b09-b6d8-b1d476fd2985';
const OTHER = 'a8f1e79c-848c-4f43-b2f4-7f61d84aa619';
const run = (host: string, oddness: number | null, state = 'succeeded'): MatrixRun =>
  ({ host, oddness, state }) as MatrixRun;
const metric = (name: string, outcome: MetricComparison['outcome'], delta = 0): MetricComparison =>
  ({ metric: name, instance: null, title: name, unit: 'ms', outcome, delta }) as MetricComparison;
const comparison = (metrics: MetricComparison[], facts: Comparison['facts'] = []): Comparison =>
  ({ metrics, facts }) as unknown as Comparison;

describe('compare', () => {
  it('begins with the oddest host that answered', () => {
    const runs = [run('a', 0.1), run('b', 0.9), run('c', null, 'failed')];
    expect(hostsOf(runs, undefined)).toEqual(['b']);
    expect(hostsOf(runs, 'a,c,b')).toEqual(['a', 'b']);
  });
  it('asks for each host against one reference', () => {
    expect(pairsOf(ID, ['a'], 'peers')).toEqual([{ host: 'a', a: `${ID}/a`, b: 'peers' }]);
    expect(pairsOf(ID, ['a', 'b'], 'b')).toEqual([{ host: 'a', a: `${ID}/a`, b: `${ID}/b` }]);
    expect(pairsOf(ID, ['a'], OTHER)[0]?.b).toBe(`${OTHER}/a`);
    expect(pairsOf(ID, ['*'], OTHER)).toEqual([{ host: 'All hosts', a: ID, b: OTHER }]);
    expect(sideWords(`db-03 in investigation ${ID}`)).toBe('db-03');
  });
  it('puts what differs first, the worst on top, and what was not compared nowhere', () => {
    const rows = rowsOf([
      comparison([metric('same', 'none-shown'), metric('mild', 'different', 0.5)]),
      comparison([metric('bad', 'worse', -0.9)]),
      undefined,
    ]);
    expect(rows.map(({ metric: name, differs }) => [name, differs])).toEqual([
      ['bad', true],
      ['mild', true],
      ['same', false],
    ]);
    expect(rows[0]?.cells.map((cell) => cell?.outcome ?? null)).toEqual([null, 'worse', null]);
  });
  it('lists facts that differ, and where', () => {
    expect(
      factsOf([comparison([]), comparison([], [{ fact: 'kernel', candidate: '5.10', reference: '6.1', hosts: 1 }])]),
    ).toEqual([{ fact: 'kernel', reference: '6.1', values: [undefined, '5.10'] }]);
  });
  it('draws a value outside of the baseline, too', () => {
    const quantiles = { min: 0, p05: 1, p25: 2, p50: 3, p75: 4, p95: 5, p99: 6, max: 10 };
    const line = onLine({ quantiles }, [20]);
    expect([line.place(0), line.place(10), line.place(20)]).toEqual([0, 0.5, 1]);
    expect(onLine({ quantiles: { ...quantiles, max: 0 } }, []).place(0)).toBe(0.5);
  });
});

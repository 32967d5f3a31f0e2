import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spool, SpoolBudget } from './spool';

describe('Spool', () => {
  let root: string;
  const id = '00000000-0000-4000-8000-000000000000';
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'spool-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const spool = (maxBytes: number): { spool: Spool; budget: SpoolBudget; dir: string } => {
    const dir = join(root, `${id}.3`);
    const budget = new SpoolBudget(maxBytes);
    const made = new Spool(dir, budget);
    made.begin();
    return { spool: made, budget, dir };
  };

  it('leaves the disk alone while little waits', () => {
    const { spool: small, dir } = spool(1_000_000);
    expect(small.put(Buffer.alloc(1000))).toBe(true);
    expect(small.put(Buffer.alloc(1000))).toBe(true);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('goes to the disk in order, is found again after a kill, and gives its room back', () => {
    const { spool: large, budget, dir } = spool(10_000_000);
    for (let n = 0; n < 6; n += 1) expect(large.put(Buffer.alloc(60_000, n))).toBe(true);
    expect(readdirSync(dir).sort()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `${n}.gz`));
    const found = Spool.leftovers(root);
    expect(found).toEqual([{ runId: id, fence: 3, dir }]);
    const again = new Spool(dir, new SpoolBudget(10_000_000));
    again.load();
    expect(again.head()?.seq).toBe(0);
    expect(again.head()?.data[0]).toBe(0);
    expect(again.next).toBe(6);
    large.acknowledge(6);
    expect(budget.used).toBe(0);
    expect(large.head()).toBeNull();
    large.drop();
    expect(Spool.leftovers(root)).toEqual([]);
  });

  it('with ten bytes keeps one chunk, and refuses the next until that is acknowledged', () => {
    const { spool: tiny } = spool(10);
    expect(tiny.put(Buffer.alloc(100))).toBe(true);
    expect(tiny.put(Buffer.alloc(100))).toBe(false);
    tiny.acknowledge(1);
    expect(tiny.put(Buffer.alloc(100))).toBe(true);
    expect(tiny.head()?.seq).toBe(1);
  });
});

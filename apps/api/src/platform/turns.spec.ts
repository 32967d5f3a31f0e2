import { Turns } from './turns';

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('turns', () => {
  /** Work that ends when it is told to, and what of it ran. */
  const bench = (slots: number) => {
    const turns = new Turns(slots);
    const running: string[] = [];
    const ends: Record<string, ((error?: Error) => void)[]> = {};
    let most = 0;
    const take = (key: string): Promise<void> =>
      turns.take(key, async () => {
        running.push(key);
        most = Math.max(most, running.length);
        try {
          await new Promise<void>((done, failed) => {
            (ends[key] ??= []).push((error) => (error ? failed(error) : done()));
          });
        } finally {
          running.splice(running.indexOf(key), 1);
        }
      });
    return { take, running, ends, most: () => most };
  };

  it('do the work of sixty who ask at once once, and once more for those who came when it had begun', async () => {
    const { take, running, ends } = bench(4);
    const early = Array.from({ length: 60 }, () => take('a'));
    await settled();
    expect(running).toEqual(['a']);
    const late = [take('a'), take('a')];
    await settled();
    expect(running).toEqual(['a']);
    ends['a']?.[0]?.();
    await Promise.all(early);
    await settled();
    expect(running).toEqual(['a']);
    ends['a']?.[1]?.();
    await Promise.all(late);
    expect(ends['a']).toHaveLength(2);
  });

  it('are as many at once as there are slots, in the order in which they were asked for', async () => {
    const { take, running, ends, most } = bench(2);
    const all = ['a', 'b', 'c', 'd'].map(take);
    await settled();
    expect(running).toEqual(['a', 'b']);
    for (const [key, then] of [
      ['b', ['a', 'c']],
      ['a', ['c', 'd']],
      ['c', ['d']],
      ['d', []],
    ] as const) {
      ends[key]?.[0]?.();
      await settled();
      expect(running).toEqual(then);
    }
    await Promise.all(all);
    expect(most()).toBe(2);
  });

  it('go on after one that failed, which only those who shared it hear of', async () => {
    const { take, running, ends } = bench(1);
    const first = take('a');
    await settled();
    const second = take('a');
    const other = take('b');
    ends['a']?.[0]?.(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await settled();
    expect(running).toHaveLength(1);
    ends['b']?.[0]?.();
    await other;
    await settled();
    ends['a']?.[1]?.();
    await second;
  });
});

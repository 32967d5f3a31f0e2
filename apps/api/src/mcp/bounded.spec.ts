import { bounded, firstOf } from './bounded';

describe('what a tool answers with', () => {
  it('is left alone where it is short', () => {
    expect(bounded({ id: 'x', hosts: ['a', 'b'] })).toEqual({ id: 'x', hosts: ['a', 'b'] });
    expect(bounded(firstOf('hosts', ['a', 'b'], 2))).toEqual({ hosts: ['a', 'b'] });
  });

  it('counts what a list has beyond the first entries', () => {
    expect(bounded(firstOf('hosts', ['a', 'b', 'c'], 2))).toEqual({ hosts: ['a', 'b'], leftOut: { hosts: 1 } });
  });

  it('has its longest list cut until it fits, and every entry is shown or counted', () => {
    const list = Array.from({ length: 100 }, (_, n) => `entry ${n}`);
    const answer = bounded({ ...firstOf('long', list, 90), short: ['kept'] }, 300);
    expect(JSON.stringify(answer).length).toBeLessThanOrEqual(300);
    expect(answer['short']).toEqual(['kept']);
    const { long } = answer['leftOut'] as { long: number };
    expect((answer['long'] as string[]).length + long).toBe(100);
  });

  it('says so when it is no list that is too long', () => {
    expect(() => bounded({ text: 'x'.repeat(400) }, 300)).toThrow('ask for less');
  });
});

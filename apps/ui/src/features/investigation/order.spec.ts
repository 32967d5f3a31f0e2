import { heldOrder, movesBetween, worstFirst } from './order';
import { finding, run } from './fixtures';

describe('worstFirst', () => {
  it('puts critical before warnings, before hosts without an answer, before quiet ones, before those to come', () => {
    const runs = [
      run('quiet'),
      run('pending', { state: 'running', use: [] }),
      run('lost', { state: 'unreachable', use: [] }),
      run('warned', { findings: [finding({ severity: 'warn' })] }),
      run('noted', { findings: [finding({ severity: 'info' })] }),
      run('broken', { findings: [finding()] }),
    ];
    expect(worstFirst(runs)).toEqual(['id-broken', 'id-warned', 'id-lost', 'id-noted', 'id-quiet', 'id-pending']);
  });

  it('orders equals by oddness and then by name', () => {
    const runs = [run('c', { oddness: 0.1 }), run('b'), run('a'), run('d', { oddness: 0.9 })];
    expect(worstFirst(runs)).toEqual(['id-d', 'id-c', 'id-a', 'id-b']);
  });
});

describe('heldOrder', () => {
  it('keeps rows in their places, whatever the new order is', () => {
    expect(heldOrder(['a', 'b', 'c'], ['c', 'b', 'a'])).toEqual(['a', 'b', 'c']);
  });
  it('adds what is new at the end and drops what is gone', () => {
    expect(heldOrder(['a', 'b'], ['x', 'b', 'y'])).toEqual(['b', 'x', 'y']);
  });
  it('is the same array when nothing came or went, so that nothing is drawn again', () => {
    const held = ['a', 'b'];
    expect(heldOrder(held, ['b', 'a'])).toBe(held);
  });
});

describe('movesBetween', () => {
  it.each([
    [['a', 'b', 'c'], ['a', 'b', 'c'], 0],
    [['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'], 1],
    [['a', 'b', 'c'], ['c', 'b', 'a'], 2],
    [[], [], 0],
  ])('%j to %j takes %i', (shown, sorted, moves) => {
    expect(movesBetween(shown, sorted)).toBe(moves);
  });
});

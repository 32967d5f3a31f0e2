import { END_HEIGHT, whoToWhom } from './who-to-whom';

describe('who to whom', () => {
  const graph = whoToWhom({
    sources: ['web-1', 'web-2', 'web-3'],
    destinations: ['db-7:5432', 'cache-1:6379'],
    segments: [100, 0, 25, 4, 0, 0],
    max: 100,
    left: 0,
  });
  it('joins each pair that sent something again, the thickest on top', () => {
    expect(graph.links.map(({ from, to, segments, width }) => [from.name, to.name, segments, width])).toEqual([
      ['web-2', 'cache-1:6379', 4, 2.6],
      ['web-2', 'db-7:5432', 25, 5],
      ['web-1', 'db-7:5432', 100, 9],
    ]);
  });
  it('says of every end how much went there or came from there, and spreads the shorter column', () => {
    expect(graph.height).toBe(3 * END_HEIGHT);
    expect(graph.senders.map(({ y, segments }) => [y, segments])).toEqual([
      [11, 100],
      [33, 29],
      [55, 0],
    ]);
    expect(graph.receivers.map(({ y, segments }) => [y, segments])).toEqual([
      [16.5, 125],
      [49.5, 4],
    ]);
  });
});

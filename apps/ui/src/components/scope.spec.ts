import { scopeFrom, scopeText, scopeWords } from './scope';

describe('a scope of hosts', () => {
  it('is the whole fleet where nothing is typed', () => {
    expect(scopeFrom({ classes: ' ', labels: '' })).toBeNull();
    expect(scopeWords(null)).toBe('the whole fleet');
  });
  it('has classes and labels, there and back', () => {
    const scope = { classes: ['web', 'cache'], labels: { env: 'prod' } };
    expect(scopeFrom({ classes: 'web, cache', labels: 'env=prod' })).toEqual(scope);
    expect(scopeFrom(scopeText(scope))).toEqual(scope);
    expect(scopeWords(scope)).toBe('class web, cache with env=prod');
    expect(scopeWords({ classes: [], labels: { env: 'prod' } })).toBe('env=prod');
  });
  it('is not guessed from a label that is none: that would be the whole fleet', () => {
    expect(scopeFrom({ classes: '', labels: 'prod' })).toBeUndefined();
  });
});

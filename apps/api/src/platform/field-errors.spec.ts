import { unstorable } from './field-errors';

describe('what the store can not hold', () => {
  it('is found wherever it stands', () => {
    expect(unstorable({ a: [{ b: 'fine' }, { c: 'with\0nul' }] })).toMatchObject({ path: 'a.1.c' });
    expect(unstorable({ a: { ['key\0']: 1 } })).toMatchObject({ path: 'a' });
    expect(unstorable({ a: ['fine', 1, null] })).toBeNull();
  });

  it('is not looked for among the bytes of an upload', () => {
    const bytes = Buffer.alloc(16);
    const entries = jest.spyOn(Object, 'entries');
    try {
      expect(unstorable(bytes)).toBeNull();
      expect(entries).not.toHaveBeenCalledWith(bytes);
    } finally {
      entries.mockRestore();
    }
  });
});

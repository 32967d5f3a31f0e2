import { z } from 'zod';
import { fieldErrors, unstorable } from './field-errors';

describe('what was wrong with a request', () => {
  it.each(['privateKey', 'token', 'code', 'password', 'secret', 'url'])('never shows a %s that was given', (field) => {
    const schema = z.object({ [field]: z.string().min(16) });
    const given = { [field]: 'hunter2' };
    const { error } = schema.safeParse(given);
    expect(error && fieldErrors(error, given)).toEqual([{ path: field, expected: 'at least 16', got: null }]);
  });

  it('shows what else was given', () => {
    const given = { name: 'x' };
    const { error } = z.object({ name: z.string().min(16) }).safeParse(given);
    expect(error && fieldErrors(error, given)).toEqual([{ path: 'name', expected: 'at least 16', got: 'x' }]);
  });
});

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

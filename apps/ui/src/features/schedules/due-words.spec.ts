import { dueWords } from './due-words';

describe('a time to come', () => {
  it('is told on the clock of its zone, in UTC, and how far ahead', () => {
    const now = Date.parse('2026-07-01T00:00:00.000Z');
    expect(dueWords('2026-07-01T01:30:00.000Z', 'Europe/Berlin', now)).toEqual({
      there: expect.stringMatching(/Wed.*1 Jul.*03:30.*(CEST|GMT\+2)/),
      here: '2026-07-01 01:30 UTC',
      ahead: 'in 2 h',
    });
  });
  it('says UTC once', () => {
    expect(dueWords('2026-07-01T01:30:00.000Z', 'UTC', 0).here).toBe('');
  });
});

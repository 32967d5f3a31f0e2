import { readingWords, unreadGroups } from './armed-words';

describe('words of armed captures', () => {
  it('give a reading its unit', () => {
    expect(readingWords('io-pressure', 12.34)).toBe('12.3 %');
    expect(readingWords('runqueue', 4)).toBe('4.0');
  });

  it('say a reason once for all the hosts that it holds for', () => {
    const reason = (host: string): string => `There is no key to log in to ${host} with.`;
    expect(
      unreadGroups([
        { host: 'db-1', reason: reason('db-1') },
        { host: 'db-2', reason: 'connect ETIMEDOUT' },
        { host: 'db-3', reason: reason('db-3') },
      ]),
    ).toEqual([
      { hosts: ['db-1', 'db-3'], reason: reason('the host') },
      { hosts: ['db-2'], reason: 'connect ETIMEDOUT' },
    ]);
  });

  it('leave the reason of one host as it is', () => {
    expect(unreadGroups([{ host: 'db-1', reason: 'db-1 is fenced' }])).toEqual([
      { hosts: ['db-1'], reason: 'db-1 is fenced' },
    ]);
    expect(unreadGroups([])).toEqual([]);
  });
});

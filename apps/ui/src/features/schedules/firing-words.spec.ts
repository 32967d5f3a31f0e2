import { firingWords } from './firing-words';

describe('firingWords', () => {
  it('says why nothing was started, with what is known of it', () => {
    expect(firingWords({ state: 'not-started', why: 'overlap', detail: null })).toBe(
      'not started, the one before it still ran',
    );
    expect(firingWords({ state: 'not-started', why: 'refused', detail: 'no host matches' })).toBe(
      'not started, it was refused: no host matches',
    );
  });

  it('is short where all is well', () => {
    expect(firingWords({ state: 'started', why: null, detail: null })).toBe('started');
    expect(firingWords({ state: 'waiting', why: null, detail: null })).toBe('waits');
  });
});

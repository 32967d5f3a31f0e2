import { detailWords } from './detail-words';

describe('detailWords', () => {
  it('says names and values, and leaves out what is empty', () => {
    expect(detailWords({ transport: 'ssh', reason: '', by: null, targets: { all: true } })).toBe(
      'transport ssh · targets {"all":true}',
    );
  });
});

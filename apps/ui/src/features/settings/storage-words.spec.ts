import { forecastWords, fullWords, growthWords, sweptWords } from './storage-words';

const storage = { kinds: [], bytes: 1, bytesPerDay: 1_073_741_824, freeBytes: 10_737_418_240, daysLeft: 10 };

describe('storage in words', () => {
  it('says what is not known instead of 0', () => {
    expect(growthWords(null)).toBe('not known yet');
    expect(growthWords(0)).toBe('0 B a day');
    expect(forecastWords({ forecastBytes: null, keptDays: 30 })).toBe('not known yet');
    expect(forecastWords({ forecastBytes: null, keptDays: null })).toBe('no end');
    expect(fullWords({ ...storage, bytesPerDay: null, daysLeft: null })).toMatch(/not known yet/);
  });
  it('says when the disk is full', () => {
    expect(fullWords(storage)).toBe('At 1 GiB a day the disk is full in 10 days.');
    expect(fullWords({ ...storage, daysLeft: 40_000 })).toMatch(/more than ten years/);
    expect(fullWords({ ...storage, daysLeft: null })).toBe('It does not grow. 10 GiB are free.');
  });
  it('says what was taken away, and that nothing was', () => {
    expect(sweptWords({ removed: { evidence: 12, events: 0 }, partitions: ['m_2026_01'], files: 4 })).toBe(
      'Taken away: 12 evidence, 1 month of measurements, 4 files.',
    );
    expect(sweptWords({ removed: {}, partitions: [], files: 0 })).toBe('Nothing was past its time.');
  });
});

import { backoffMs, BUSY_BACKOFF, IDLE_BACKOFF } from './backoff';

describe('backoffMs', () => {
  it('spreads from nothing to a bound that doubles, up to the cap', () => {
    expect(backoffMs(1, IDLE_BACKOFF, () => 0)).toBe(0);
    expect(backoffMs(1, IDLE_BACKOFF, () => 1)).toBe(4_000);
    expect(backoffMs(50, IDLE_BACKOFF, () => 1)).toBe(30_000);
    expect(backoffMs(50, BUSY_BACKOFF, () => 1)).toBe(3_000);
  });
});

import { enrolledOf, leaseAnswerOf, nextOf } from './answers';

const RUN = '0b0e7c1e-2b57-4d3c-9a56-0f6a3c1f5a11';
const lease = { runId: RUN, fence: 1, deadlineMs: 5_000, runbook: 'triage-60s' };

describe('what the control plane answers', () => {
  it('is taken as it is where it has what the agent goes by', () => {
    expect(leaseAnswerOf({ lease: null, cancel: [], gone: [RUN] })).toEqual({ lease: null, cancel: [], gone: [RUN] });
    expect(leaseAnswerOf({ lease, cancel: [], gone: [] }).lease).toEqual(lease);
    expect(nextOf({ next: 3 })).toBe(3);
    expect(enrolledOf({ agent: RUN, host: 'web-1', more: 1 })).toEqual({ agent: RUN, host: 'web-1' });
  });

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['a page of a proxy', { html: '<h1>' }],
    ['a lease that would leave the spool', { lease: { ...lease, runId: '../../etc' }, cancel: [], gone: [] }],
    ['a lease without a fence', { lease: { ...lease, fence: '1' }, cancel: [], gone: [] }],
    ['runs that are none', { lease: null, cancel: ['x'], gone: [] }],
  ])('is refused where it is %s', (_, value) => expect(() => leaseAnswerOf(value)).toThrow(/the server's answer/));

  it('has to name who was enrolled, and the chunk that is waited for', () => {
    expect(() => enrolledOf({ agent: 'x', host: 'web-1' })).toThrow(/names no agent/);
    expect(() => nextOf({ next: 1.5 })).toThrow(/no number/);
  });
});

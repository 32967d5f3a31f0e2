import { HandshakeGate } from './handshake-gate';

const held = () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((done) => (open = done));
  return { gate, open: () => open() };
};
const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('HandshakeGate', () => {
  it('lets as many through at once as its limits say, direct ones and those of other bastions past a full one', async () => {
    const gate = new HandshakeGate({ total: 3, perBastion: 1 });
    const began: string[] = [];
    const ends = new Map<string, () => void>();
    const start = (name: string, bastion: string | null): Promise<void> =>
      gate.pass(bastion, async () => {
        began.push(name);
        const { gate: until, open } = held();
        ends.set(name, open);
        await until;
      });
    const all = [start('a1', 'a'), start('a2', 'a'), start('b1', 'b'), start('direct', null), start('late', null)];
    await settle();
    expect(began).toEqual(['a1', 'b1', 'direct']);
    ends.get('direct')?.();
    await settle();
    expect(began).toEqual(['a1', 'b1', 'direct', 'late']);
    ends.get('a1')?.();
    await settle();
    expect(began).toEqual(['a1', 'b1', 'direct', 'late', 'a2']);
    for (const name of ['b1', 'late', 'a2']) ends.get(name)?.();
    await Promise.all(all);
  });

  it('lets them begin evenly apart, however short they are', async () => {
    jest.useFakeTimers();
    try {
      const gate = new HandshakeGate({ total: 10, perBastion: 10, perSecond: 4 });
      const began: number[] = [];
      const from = performance.now();
      const all = [1, 2, 3].map(() => gate.pass(null, () => Promise.resolve(began.push(performance.now() - from))));
      await jest.advanceTimersByTimeAsync(2_000);
      await Promise.all(all);
      expect(began).toEqual([0, 250, 500]);
      // Nobody came for a while: that is not made up for at once.
      void gate.pass(null, () => Promise.resolve(began.push(performance.now() - from)));
      void gate.pass(null, () => Promise.resolve(began.push(performance.now() - from)));
      await jest.advanceTimersByTimeAsync(1_000);
      expect(began.slice(3)).toEqual([2_000, 2_250]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('gives its place back when a handshake fails', async () => {
    const gate = new HandshakeGate({ total: 1, perBastion: 1 });
    await expect(gate.pass('a', () => Promise.reject(new Error('dropped')))).rejects.toThrow('dropped');
    await expect(gate.pass('a', () => Promise.resolve(1))).resolves.toBe(1);
  });
});

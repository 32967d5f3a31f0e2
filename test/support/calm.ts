import { readFileSync } from 'node:fs';
import { sleep } from './processes';

/** Of a CPU's time. */
const MOST_BUSY = 0.4;
const LONGEST_MS = 240_000;
/** For jest, of a test that waits for a calm machine. */
export const WAITING_MS = LONGEST_MS + 60_000;

interface Ticks {
  readonly busy: number;
  readonly all: number;
}

const ticksOf = (cpus: readonly number[]): Ticks =>
  readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name, ...fields] = line.split(/\s+/);
      if (!cpus.some((cpu) => name === `cpu${cpu}`)) return [];
      const ticks = fields.slice(0, 8).map(Number);
      const all = ticks.reduce((sum, tick) => sum + tick, 0);
      return [{ all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) }];
    })
    .reduce((sum, { all, busy }) => ({ all: sum.all + all, busy: sum.busy + busy }), { all: 0, busy: 0 });

const measured = async <T>(cpus: readonly number[], act: () => Promise<T>): Promise<{ calm: boolean; made: T }> => {
  const before = ticksOf(cpus);
  const made = await act();
  const after = ticksOf(cpus);
  return { calm: (after.busy - before.busy) / (after.all - before.all) < MOST_BUSY, made };
};

/**
 * Does something while these CPUs have little else to do: the machine of a test may be busy with anything. It is done again
 * when they had not been calm meanwhile.
 * @throws when they never were: what was made then tells of something else
 */
export const whileCalm = async <T>(cpus: readonly number[], act: () => Promise<T>): Promise<T> => {
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    while (Date.now() < deadline && !(await measured(cpus, () => sleep(1_000))).calm);
    const { calm, made } = await measured(cpus, act);
    if (calm) return made;
    if (Date.now() >= deadline) throw new Error('this machine is busy with something else: try again when it is not');
  }
};

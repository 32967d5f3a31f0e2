import { readFileSync } from 'node:fs';
import { sleep } from './processes';

/** Of a CPU's time. */
const MOST_BUSY = 0.4;
const LONGEST_MS = 240_000;
/** For jest, of a test that waits for a calm machine. */
export const WAITING_MS = LONGEST_MS + 60_000;

interface Ticks {
  readonly busy: number;
  readonly stolen: number;
  readonly all: number;
}

const ticksOf = (which: readonly number[]): Ticks =>
  readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name, ...fields] = line.split(/\s+/);
      if (!which.some((cpu) => name === `cpu${cpu}`)) return [];
      const ticks = fields.slice(0, 8).map(Number);
      const all = ticks.reduce((sum, tick) => sum + tick, 0);
      return [{ all, stolen: ticks[7] ?? 0, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) }];
    })
    .reduce(
      (sum, { all, stolen, busy }) => ({ all: sum.all + all, stolen: sum.stolen + stolen, busy: sum.busy + busy }),
      { all: 0, stolen: 0, busy: 0 },
    );

interface Measured<T> {
  readonly busy: number;
  readonly stolen: number;
  readonly made: T;
}

/** What the CPUs did meanwhile, as shares of their time. */
const measured = async <T>(which: readonly number[], act: () => Promise<T>): Promise<Measured<T>> => {
  const before = ticksOf(which);
  const made = await act();
  const after = ticksOf(which);
  const all = after.all - before.all;
  return { busy: (after.busy - before.busy) / all, stolen: (after.stolen - before.stolen) / all, made };
};

/**
 * Does something while these CPUs have little else to do: the machine of a test may be busy with anything. It is done again
 * when they had not been calm meanwhile.
 * @throws when they never were: what was made then tells of something else
 */
export const whileCalm = async <T>(which: readonly number[], act: () => Promise<T>): Promise<T> => {
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    while (Date.now() < deadline && (await measured(which, () => sleep(1_000))).busy >= MOST_BUSY);
    const { busy, made } = await measured(which, act);
    if (busy < MOST_BUSY) return made;
    if (Date.now() >= deadline) throw new Error('this machine is busy with something else: try again when it is not');
  }
};

/**
 * Does something, and again where a hypervisor took more than this share of these CPUs' time meanwhile: that is a finding
 * of its own.
 * @throws when it never took less
 */
export const whileLittleIsStolen = async <T>(
  which: readonly number[],
  most: number,
  act: () => Promise<T>,
): Promise<T> => {
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    const { stolen, made } = await measured(which, act);
    if (stolen <= most) return made;
    if (Date.now() >= deadline)
      throw new Error('a hypervisor takes CPU time of this machine: try again when it does not');
  }
};

import { compileProbe, PREFLIGHT } from '@fleetscope/runbooks';
import * as fc from 'fast-check';
import { UNWATCHED } from './recorders.service';
import { RunRecorder } from './run-recorder';

const NOW = 1_795_300_000_000;
const probe = compileProbe(PREFLIGHT, {});

/** A probe that read its clock `there` ms after it was asked for, on a host whose clock is `ahead`; its hello came `way` ms after the asking. */
const clockOf = (
  { ahead, there, way, give = 2 }: { ahead: number; there: number; way: number; give?: number | null },
  asks = true,
) => {
  let now = NOW;
  const recorder = new RunRecorder('web-01', probe, new Map(), UNWATCHED, () => now);
  if (asks) recorder.ask();
  const wall = (NOW + there + ahead) / 1000;
  now += way;
  const told = give === null ? String(Math.floor(wall)) : `${wall.toFixed(3)} ${give}`;
  recorder.push(Buffer.from(`\x1eH 1 preflight@1 100.25 ${told}\n\x1ef\n`));
  return recorder.finish(null).clock;
};

describe("a host's clock", () => {
  it('is known to half the time between asking and hello', () => {
    expect(clockOf({ ahead: 5_000, there: 40, way: 80 })).toEqual({
      offsetMs: 5_000,
      uncertaintyMs: 42,
      uptimeSeconds: 100.25,
    });
  });

  it('is known to a second where nobody said when it was asked, and the probe has whole seconds', () => {
    expect(clockOf({ ahead: 0, there: 0, way: 0, give: null }, false)?.uncertaintyMs).toBe(1_000);
    expect(clockOf({ ahead: 0, there: 0, way: 80, give: null })?.uncertaintyMs).toBe(540);
  });

  it('is never further off than is said', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 0, max: 3_000 }),
        fc.constantFrom(2, 285, null),
        (ahead, there, back, give) => {
          const clock = clockOf({ ahead, there, way: there + back, give });
          // Half a millisecond is lost by rounding.
          expect(Math.abs((clock?.offsetMs ?? NaN) - ahead)).toBeLessThanOrEqual((clock?.uncertaintyMs ?? 0) + 1);
        },
      ),
    );
  });
});

import { type RunStepView } from '@fleetscope/contracts';
import { drawnClass } from '../../components/drawn-class';
import { USE_ASPECTS, type GlyphState, type MatrixCell } from './matrix';

/** The bars of use-glyph.module.css as backgrounds: as high, as coloured, hatched where nothing is known. */
const BARS: Record<Exclude<GlyphState, 'pending'>, string> = {
  none: 'linear-gradient(to top, var(--quiet) 1px, transparent 0)',
  ok: 'linear-gradient(to top, var(--quiet2) 6px, transparent 0)',
  warn: 'linear-gradient(to top, var(--warn) 11px, transparent 0)',
  crit: 'linear-gradient(var(--crit) 0 0)',
  unknown: 'repeating-linear-gradient(135deg, var(--quiet2) 0 2px, transparent 2px 4px)',
};
const BAR = 9;
/** From one bar to the next. */
const BAR_STEP = 11;

/** Three bars behind a cell; null while one is still to come: a dashed outline is no background. */
export const barsClass = ({ states }: MatrixCell): string | null => {
  const bars = USE_ASPECTS.flatMap((aspect) => {
    const state = states[aspect];
    return state === 'pending' ? [] : [{ state, picture: BARS[state] }];
  });
  if (bars.length < USE_ASPECTS.length) return null;
  return drawnClass(`bars-${bars.map(({ state }) => state).join('-')}`, () => {
    const places = bars.map((_, i) => `calc(var(--bars-x) + ${i * BAR_STEP}px) var(--bars-y)`);
    return `background: ${bars.map(({ picture }, i) => `${picture} ${places[i]} / ${BAR}px 15px no-repeat`).join(', ')}`;
  });
};

/** Which of a cell's three bars stands at so many pixels from the first; past them it is the cell as a whole. */
export const aspectAt = (x: number): (typeof USE_ASPECTS)[number] | null =>
  USE_ASPECTS[Math.floor(x / BAR_STEP)] ?? null;

type StepState = RunStepView['state'];
const DOTS: Record<StepState, { colour: string; width: number }> = {
  pending: { colour: 'var(--quiet2)', width: 4 },
  running: { colour: 'var(--info)', width: 4 },
  ok: { colour: 'var(--good)', width: 4 },
  failed: { colour: 'var(--crit)', width: 4 },
  timeout: { colour: 'var(--crit)', width: 4 },
  truncated: { colour: 'var(--warn)', width: 4 },
  skipped: { colour: 'var(--faint)', width: 1 },
  cancelled: { colour: 'var(--faint)', width: 1 },
};
const DOT_STEP = 6;
const DOTS_A_LINE = 10;

const lineOfDots = (states: readonly StepState[]): string => {
  const stops = states.map((state, i) => {
    const { colour, width } = DOTS[state];
    const from = i * DOT_STEP + (4 - width) / 2;
    return `transparent ${i * DOT_STEP}px ${from}px, ${colour} ${from}px ${from + width}px, transparent ${from + width}px`;
  });
  return `linear-gradient(90deg, ${stops.join(', ')})`;
};

/** One dot a step, in lines of ten; a step that was left out is a hairline. */
export const dotsClass = (steps: readonly Pick<RunStepView, 'state'>[]): string => {
  const states = steps.map(({ state }) => state);
  return drawnClass(`dots-${states.map((state) => state.slice(0, 2)).join('')}`, () => {
    const lines = Array.from({ length: Math.ceil(states.length / DOTS_A_LINE) }, (_, i) =>
      states.slice(i * DOTS_A_LINE, (i + 1) * DOTS_A_LINE),
    );
    const top = Math.round((27 - lines.length * DOT_STEP) / 2);
    const drawn = lines.map(
      (line, i) => `${lineOfDots(line)} 5px ${top + i * DOT_STEP}px / ${DOTS_A_LINE * DOT_STEP}px 4px no-repeat`,
    );
    return `background: ${drawn.join(', ') || 'none'}`;
  });
};

/** How odd a host is as a bar behind the number, of at most 28 px. */
export const oddnessClass = (oddness: number): string => {
  const width = Math.round(oddness * 28);
  return drawnClass(
    `odd-${width}`,
    () =>
      `background: linear-gradient(var(--info) 0 0) 5px 50% / ${width}px 4px no-repeat; padding-left: ${width + (width > 0 ? 11 : 5)}px`,
  );
};

import { themeColour } from '../../charts/use-canvas';
import { shareOf, type MapHost, type MapState, type Scale } from './fleet-map-model';

export interface Ink {
  readonly colours: Readonly<Record<'quiet' | 'quiet2' | 'warn' | 'crit' | 'info' | 'faint' | 'bg', string>>;
}

export const inkOf = (): Ink => ({
  colours: {
    quiet: themeColour('--quiet'),
    quiet2: themeColour('--quiet2'),
    warn: themeColour('--warn'),
    crit: themeColour('--crit'),
    info: themeColour('--info'),
    faint: themeColour('--faint'),
    bg: themeColour('--bg'),
  },
});

/** As high as it is bad, in a square of its own: colour is not all that tells. */
const FILLED: Partial<Record<MapState, { colour: 'quiet2' | 'warn' | 'crit'; share: number }>> = {
  ok: { colour: 'quiet2', share: 0.4 },
  warn: { colour: 'warn', share: 0.72 },
  crit: { colour: 'crit', share: 1 },
};
const FAINTEST = 0.14;

const hatch = (context: CanvasRenderingContext2D, { colours }: Ink, x: number, y: number, size: number): void => {
  context.save();
  context.beginPath();
  context.rect(x, y, size, size);
  context.clip();
  context.strokeStyle = colours.quiet2;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let from = -size; from < size; from += 4.5) {
    context.moveTo(x + from, y + size);
    context.lineTo(x + from + size, y);
  }
  context.stroke();
  context.restore();
};

/** One host's square; without a scale it is coloured by state. */
export const paintSquare = (
  context: CanvasRenderingContext2D,
  ink: Ink,
  { state, value }: Pick<MapHost, 'state' | 'value'>,
  scale: Scale | 'state',
  x: number,
  y: number,
  size: number,
): void => {
  const { colours } = ink;
  const filled = scale === 'state' ? FILLED[state] : undefined;
  if (filled) {
    context.fillStyle = colours.quiet;
    context.fillRect(x, y, size, size);
    context.fillStyle = colours[filled.colour];
    const high = Math.round(size * filled.share);
    context.fillRect(x, y + size - high, size, high);
  } else if (scale !== 'state' && value !== null) {
    context.fillStyle = colours.quiet;
    context.fillRect(x, y, size, size);
    context.globalAlpha = FAINTEST + (1 - FAINTEST) * shareOf(value, scale);
    context.fillStyle = colours.info;
    context.fillRect(x, y, size, size);
    context.globalAlpha = 1;
  } else {
    const isNone = state === 'none';
    if (!isNone) hatch(context, ink, x, y, size);
    context.strokeStyle = isNone ? colours.faint : colours.quiet2;
    context.lineWidth = 1;
    context.setLineDash(isNone ? [2, 2] : []);
    context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
    context.setLineDash([]);
  }
};

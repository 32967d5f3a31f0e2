import { themeColour } from '../../charts/use-canvas';
import { visibleText } from '../../components/visible-text';
import { BAR } from './matrix-geometry';
import { USE_ASPECTS, type GlyphState, type MatrixCell } from './matrix';

const COLOURS = [
  'bg',
  'line',
  'ink',
  'dim',
  'faint',
  'quiet',
  'quiet2',
  'warn',
  'crit',
  'info',
  'good',
  'sel',
  'hover',
] as const;
export type Colour = (typeof COLOURS)[number];
const SANS =
  "Inter, 'SF Pro Text', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
const FONTS = {
  host: `500 13px ${SANS}`,
  plain: `13px ${SANS}`,
  said: `11.5px ${SANS}`,
  small: `11px ${SANS}`,
  worst: `12px ${SANS}`,
} as const;

export interface TextStyle {
  readonly font: keyof typeof FONTS;
  readonly colour: Colour;
}

const SPRITE = { width: BAR.step * USE_ASPECTS.length - 2, height: BAR.height };
const MOST_TEXTS = 8_000;

/** What the matrix is drawn with: colours of the theme, bars that were drawn once, and texts that were measured once. */
export class MatrixInk {
  private readonly colours = new Map<string, string>(COLOURS.map((name) => [name, themeColour(`--${name}`)]));
  private readonly sprites = new Map<string, HTMLCanvasElement>();
  private readonly texts = new Map<string, { readonly text: string; readonly width: number }>();

  /** `scheme` and `ratio` say when another one is needed. */
  constructor(
    readonly scheme: string,
    readonly ratio: number,
  ) {}

  colour(name: Colour): string {
    return this.colours.get(name) ?? '';
  }

  /** The three bars of a cell: as high and as coloured as bad, hatched where nothing is known, dashed where it is to come. */
  bars(context: CanvasRenderingContext2D, { states }: MatrixCell, x: number, y: number): void {
    const key = USE_ASPECTS.map((aspect) => states[aspect]).join();
    let sprite = this.sprites.get(key);
    if (!sprite) {
      sprite = this.drawn((brush) =>
        USE_ASPECTS.forEach((aspect, i) => this.bar(brush, states[aspect], i * BAR.step, 0)),
      );
      this.sprites.set(key, sprite);
    }
    context.drawImage(sprite, x, y, SPRITE.width, SPRITE.height);
  }

  bar(context: CanvasRenderingContext2D, state: GlyphState, x: number, y: number): void {
    const { width, height } = BAR;
    const filled: Partial<Record<GlyphState, readonly [Colour, number]>> = {
      none: ['quiet', 1],
      ok: ['quiet2', 6],
      warn: ['warn', 11],
      crit: ['crit', height],
    };
    const found = filled[state];
    if (found) {
      context.fillStyle = this.colour(found[0]);
      context.beginPath();
      context.roundRect(x, y + height - found[1], width, found[1], found[1] > 1 ? 2 : 0);
      context.fill();
      return;
    }
    context.save();
    context.strokeStyle = this.colour('quiet2');
    context.lineWidth = 1;
    if (state === 'pending') context.setLineDash([3, 2]);
    context.beginPath();
    context.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, 2);
    context.stroke();
    if (state === 'unknown') {
      context.clip();
      context.lineWidth = 2;
      context.beginPath();
      for (let from = -height; from < width; from += 5.6) {
        context.moveTo(x + from, y + height);
        context.lineTo(x + from + height, y);
      }
      context.stroke();
    }
    context.restore();
  }

  /** Writes as much of a text as fits, and says how wide that is. */
  write(
    context: CanvasRenderingContext2D,
    style: TextStyle,
    given: string,
    x: number,
    y: number,
    room: number,
  ): number {
    if (room <= 8 || given === '') return 0;
    context.font = FONTS[style.font];
    context.fillStyle = this.colour(style.colour);
    const fitted = this.fitted(context, style.font, given, Math.floor(room));
    context.fillText(fitted.text, x, y);
    return fitted.width;
  }

  private fitted(
    context: CanvasRenderingContext2D,
    font: TextStyle['font'],
    given: string,
    room: number,
  ): { text: string; width: number } {
    const key = `${font} ${room} ${given}`;
    const known = this.texts.get(key);
    if (known) return known;
    const text = visibleText(given);
    const wide = (piece: string): number => context.measureText(piece).width;
    let found = { text, width: wide(text) };
    if (found.width > room) {
      let [low, high] = [0, text.length];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (wide(`${text.slice(0, middle)}…`) <= room) low = middle;
        else high = middle - 1;
      }
      const cut = low === 0 ? '' : `${text.slice(0, low).trimEnd()}…`;
      found = { text: cut, width: wide(cut) };
    }
    if (this.texts.size > MOST_TEXTS) this.texts.clear();
    this.texts.set(key, found);
    return found;
  }

  private drawn(draw: (brush: CanvasRenderingContext2D) => void): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(SPRITE.width * this.ratio);
    canvas.height = Math.ceil(SPRITE.height * this.ratio);
    const brush = canvas.getContext('2d');
    if (brush) {
      brush.scale(this.ratio, this.ratio);
      draw(brush);
    }
    return canvas;
  }
}

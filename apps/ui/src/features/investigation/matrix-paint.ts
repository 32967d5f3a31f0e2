import { ANSWERED_RUN_STATES, FINAL_RUN_STATES, type MatrixRun, type RunStepState } from '@fleetscope/contracts';
import { BAR, barsFrom, NARROW_ROW, WIDE_ROW, type MatrixPlaces, type Place } from './matrix-geometry';
import { type Colour, type MatrixInk, type TextStyle } from './matrix-ink';
import { cellsOf, COLUMNS, worstOf, type MatrixCell } from './matrix';
import { runStateShort } from './words';

export interface MatrixPicture {
  readonly runs: readonly MatrixRun[];
  /** Pixels of the rows above the upper edge of the canvas. */
  readonly scrolled: number;
  readonly isNarrow: boolean;
  readonly places: MatrixPlaces;
  readonly selected: { readonly host: string; readonly column: string | null } | null;
  /** Row under the pointer; -1 for none. */
  readonly hovered: number;
  /** The cell that holds the keyboard, while that is to be seen. */
  readonly focused: { readonly row: number; readonly column: number } | null;
  /** How far a host's results have arrived, 0 to 1. */
  arrived(run: MatrixRun): number;
}

const EDGE = 5;

/** One that was cancelled may have told something before: that is shown, with how it ended beside its name. */
export const isLost = (run: MatrixRun): boolean =>
  FINAL_RUN_STATES.has(run.state) && !ANSWERED_RUN_STATES.has(run.state) && run.use.length === 0;

/** Draws the rows in sight. */
export const paintMatrix = (
  context: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  picture: MatrixPicture,
  ink: MatrixInk,
): void => {
  const rowHeight = picture.isNarrow ? NARROW_ROW : WIDE_ROW;
  context.fillStyle = ink.colour('bg');
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  const from = Math.max(0, Math.floor(picture.scrolled / rowHeight));
  const to = Math.min(picture.runs.length, Math.ceil((picture.scrolled + height) / rowHeight));
  for (let row = from; row < to; row++) {
    const run = picture.runs[row];
    if (run) new Row(context, ink, picture, run, row * rowHeight - picture.scrolled).paint(width, row, rowHeight);
  }
};

/** One host, `y` pixels below the upper edge. */
class Row {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly ink: MatrixInk,
    private readonly picture: MatrixPicture,
    private readonly run: MatrixRun,
    private readonly y: number,
  ) {}

  paint(width: number, row: number, height: number): void {
    const { context, ink, picture, run, y } = this;
    const isSelected = picture.selected?.host === run.host;
    if (isSelected || picture.hovered === row) {
      context.fillStyle = ink.colour(isSelected ? 'sel' : 'hover');
      context.fillRect(0, y, width, height - 1);
    }
    context.globalAlpha = 0.55;
    context.fillStyle = ink.colour('line');
    context.fillRect(0, y + height - 1, width, 1);
    context.globalAlpha = 1;
    const lost = isLost(run);
    this.host(lost);
    if (lost) this.reason();
    else this.cells(isSelected ? (picture.selected?.column ?? null) : null);
    if (!picture.isNarrow) {
      this.oddness();
      if (!lost) this.steps();
    } else if (!lost) this.worst(width);
    if (picture.focused?.row === row) this.ring(picture.focused.column, lost, width, height);
  }

  private get middle(): number {
    return this.y + (this.picture.isNarrow ? 14 : 13.5);
  }

  private host(lost: boolean): void {
    const { context, ink, run, middle } = this;
    const place = this.hostPlace();
    let x = place.x + EDGE;
    const end = place.x + place.width - EDGE;
    const write = (font: TextStyle['font'], colour: Colour, text: string): void => {
      x += ink.write(context, { font, colour }, text, x, middle, end - x) + 6;
    };
    write('host', 'ink', run.host);
    if (run.state !== 'succeeded' && !lost)
      write('small', FINAL_RUN_STATES.has(run.state) ? 'warn' : 'info', runStateShort[run.state]);
    write('small', 'faint', run.hostClass);
  }

  /** On a phone the header has no place for it: the first line, as far as the worst number leaves room. */
  private hostPlace(): Place {
    const { host, cells } = this.picture.places;
    if (host) return host;
    const [first, , , last] = cells;
    return { x: (first?.x ?? 12) - 3, width: last && first ? last.x + last.width - first.x : 200 };
  }

  private cells(selectedColumn: string | null): void {
    const { context, ink, picture, run, y } = this;
    const cells = cellsOf(run);
    context.globalAlpha = picture.arrived(run);
    COLUMNS.forEach(({ id }, i) => {
      const place = picture.places.cells[i];
      const cell = cells.get(id);
      if (!place || !cell) return;
      const x = place.x + barsFrom(picture.isNarrow);
      ink.bars(context, cell, x, y + (picture.isNarrow ? 27 : 6));
      if (!picture.isNarrow) this.said(cell, x + BAR.step * 3 + 2, place.x + place.width - 1);
      if (selectedColumn === id) this.frame(place.x, y + (picture.isNarrow ? 24 : 0), place.width, 1);
    });
    context.globalAlpha = 1;
  }

  private said({ worst }: MatrixCell, x: number, end: number): void {
    if (worst?.said == null) return;
    const style: TextStyle = { font: 'said', colour: worst.state === 'crit' ? 'crit' : 'warn' };
    this.ink.write(this.context, style, worst.said, x, this.middle, end - x);
  }

  private reason(): void {
    const { context, ink, picture, run, y } = this;
    const [first] = picture.places.cells;
    const last = picture.places.cells.at(-1);
    if (!first || !last) return;
    const middle = picture.isNarrow ? y + 35 : this.middle;
    let x = first.x + barsFrom(picture.isNarrow);
    ink.bar(context, 'unknown', x, middle - 7.5);
    x += BAR.width + 8;
    const end = last.x + last.width - EDGE;
    const write = (colour: Colour, text: string): number =>
      ink.write(context, { font: 'plain', colour }, text, x, middle, end - x);
    if (!run.reason?.startsWith(run.state)) x += write('ink', runStateShort[run.state]) + 8;
    write('dim', run.reason ?? 'no reason was given');
  }

  private worst(width: number): void {
    const worst = worstOf(this.run);
    const from = this.picture.places.cells[4];
    if (worst?.said == null || !from) return;
    const { context, ink } = this;
    const style: TextStyle = { font: 'worst', colour: worst.state === 'crit' ? 'crit' : 'warn' };
    context.textAlign = 'right';
    ink.write(context, style, worst.said, width - 14, this.middle, width - 14 - from.x);
    context.textAlign = 'left';
  }

  /** How odd as a number, and as a bar of at most 28 px before it. */
  private oddness(): void {
    const { context, ink, run } = this;
    const place = this.picture.places.odd;
    if (!place || run.oddness === null) return;
    const long = Math.round(run.oddness * 28);
    context.fillStyle = ink.colour('info');
    context.fillRect(place.x + EDGE, this.y + 11, long, 4);
    const x = place.x + EDGE + (long > 0 ? long + 6 : 0);
    const number = String(Math.round(run.oddness * 100));
    ink.write(context, { font: 'plain', colour: 'dim' }, number, x, this.middle, 40);
  }

  /** One dot a step, in lines of ten; a step that was left out is a hairline. */
  private steps(): void {
    const { context, ink, run } = this;
    const place = this.picture.places.steps;
    if (!place) return;
    const lines = Math.ceil(run.steps.length / DOTS_A_LINE);
    const top = this.y + Math.round((WIDE_ROW - lines * DOT_STEP) / 2);
    run.steps.forEach(({ state }, i) => {
      const dot = DOTS[state];
      context.fillStyle = ink.colour(dot.colour);
      context.fillRect(
        place.x + EDGE + (i % DOTS_A_LINE) * DOT_STEP + (4 - dot.width) / 2,
        top + Math.floor(i / DOTS_A_LINE) * DOT_STEP,
        dot.width,
        4,
      );
    });
  }

  private ring(column: number, lost: boolean, width: number, height: number): void {
    const { host, cells } = this.picture.places;
    const place = column === 0 ? (host ?? { x: 2, width: width - 4 }) : lost ? across(cells) : cells[column - 1];
    if (!place) return;
    const isLower = this.picture.isNarrow && column > 0;
    this.frame(place.x, this.y + (isLower ? 24 : 0), place.width, 2, isLower || !this.picture.isNarrow ? null : height);
  }

  private frame(x: number, y: number, width: number, thick: number, height: number | null = null): void {
    const { context, ink } = this;
    context.strokeStyle = ink.colour('info');
    context.lineWidth = thick;
    context.beginPath();
    context.roundRect(x + thick / 2, y + thick / 2, width - thick, (height ?? 26) - thick, 3);
    context.stroke();
  }
}

const across = (cells: readonly Place[]): Place | undefined => {
  const [first] = cells;
  const last = cells.at(-1);
  return first && last && { x: first.x, width: last.x + last.width - first.x };
};

const DOT_STEP = 6;
const DOTS_A_LINE = 10;
const DOTS: Record<RunStepState, { colour: Colour; width: number }> = {
  pending: { colour: 'quiet2', width: 4 },
  running: { colour: 'info', width: 4 },
  ok: { colour: 'good', width: 4 },
  failed: { colour: 'crit', width: 4 },
  timeout: { colour: 'crit', width: 4 },
  truncated: { colour: 'warn', width: 4 },
  skipped: { colour: 'faint', width: 1 },
  cancelled: { colour: 'faint', width: 1 },
};

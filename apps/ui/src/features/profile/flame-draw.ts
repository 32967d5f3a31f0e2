import { type CanvasSize } from '../../charts/use-canvas';
import { visibleText } from '../../components/visible-text';
import { type BoxColour } from './flame-colours';
import { eachBox, type Flame, type FlameWindow } from './flame-model';

export const ROW = 20;
const FONT = '11px "JetBrains Mono", ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
/** Narrower boxes would be less than what the eye can tell. */
const LEAST_PIXELS = 0.5;
const LEAST_TEXT = 34;

export interface FlamePicture {
  readonly flame: Flame;
  readonly window: FlameWindow;
  /** `up`: the root is at the bottom. */
  readonly direction: 'up' | 'down';
  /** Pixels of the drawing above the visible part. */
  readonly scrolled: number;
  readonly found: Uint8Array | null;
  /** Nodes under the pointer and under the keyboard; -1 for none. */
  readonly hovered: number;
  readonly focused: number;
  colour(node: number): BoxColour;
  readonly outline: string;
  readonly mark: string;
}

/** Top of a row in the whole drawing. */
export const rowTop = (depth: number, rows: number, direction: 'up' | 'down'): number =>
  (direction === 'up' ? rows - 1 - depth : depth) * ROW;

export const depthAt = (y: number, rows: number, direction: 'up' | 'down'): number => {
  const row = Math.floor(y / ROW);
  return direction === 'up' ? rows - 1 - row : row;
};

/** Draws the boxes in sight. */
export const drawFlame = (
  context: CanvasRenderingContext2D,
  { width, height }: CanvasSize,
  picture: FlamePicture,
): void => {
  const { flame, window, direction, scrolled, found } = picture;
  const { tree, layout } = flame;
  context.font = FONT;
  context.textBaseline = 'middle';
  const letter = context.measureText('m').width;
  const box = (at: number, x: number, across: number, isCaller: boolean): void => {
    const node = layout.node[at] as number;
    const top = rowTop(layout.depth[at] as number, window.rows, direction) - scrolled;
    if (top + ROW < 0 || top > height) return;
    const label = tree.label[node] as number;
    const isMatch = found !== null && found[label] === 1;
    const { fill, text } = picture.colour(node);
    const wide = Math.max(across - (across > 3 ? 1 : 0), LEAST_PIXELS);
    context.globalAlpha = isCaller ? 0.55 : found !== null && !isMatch ? 0.38 : 1;
    context.fillStyle = fill;
    context.fillRect(x, top, wide, ROW - 1);
    context.globalAlpha = found !== null && !isMatch ? 0.7 : 1;
    if (across >= LEAST_TEXT) {
      const fits = Math.floor((across - 9) / letter);
      const name = visibleText((tree.labels[label]?.name ?? '?').slice(0, 400));
      context.fillStyle = text;
      context.fillText(name.length <= fits ? name : `${name.slice(0, fits - 1)}…`, x + 5, top + ROW / 2);
    }
    context.globalAlpha = 1;
    const isFocus = node === picture.focused;
    if (isMatch || isFocus || node === picture.hovered) {
      context.strokeStyle = isFocus || node === picture.hovered ? picture.outline : picture.mark;
      context.lineWidth = isFocus ? 2 : 1.25;
      if (wide > 3) context.strokeRect(x + 0.75, top + 0.75, wide - 1.5, ROW - 2.5);
    }
  };
  for (const at of window.callers) box(at, 0, width, true);
  eachBox(flame, window, LEAST_PIXELS / Math.max(1, width), (at, x, share) => box(at, x * width, share * width, false));
};

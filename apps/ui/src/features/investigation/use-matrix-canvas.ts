import { type MatrixRun } from '@fleetscope/contracts';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { placesOf } from './matrix-geometry';
import { MatrixInk } from './matrix-ink';
import { paintMatrix, type MatrixPicture } from './matrix-paint';

interface Wanted extends Omit<MatrixPicture, 'scrolled' | 'places' | 'hovered' | 'arrived'> {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly head: RefObject<HTMLElement | null>;
  /** Where the first row begins in what is scrolled, and what covers the upper edge of the view. */
  readonly top: number;
  readonly covered: number;
  readonly rowHeight: number;
  /** While results arrive, they fade in. */
  readonly isRunning: boolean;
}

const ARRIVAL_MS = 150;

/**
 * The rows in sight, drawn anew with each frame that scrolls: sixty times a second, whatever their number. The canvas sticks below
 * the header. `point` says which row the pointer is on.
 */
export const useMatrixCanvas = (
  wanted: Wanted,
): { canvas: RefObject<HTMLCanvasElement | null>; point(row: number): void } => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('dark', { getInitialValueInEffect: false });
  const painter = useRef<Painter | null>(null);
  const latest = useRef(wanted);
  useLayoutEffect(() => {
    latest.current = wanted;
    painter.current?.look(wanted);
  });
  const { scroller, head } = wanted;
  // Not before the paint: the box is an ancestor, whose reference comes after its children's layout effects.
  useEffect(() => {
    const [drawn, box, header] = [canvas.current, scroller.current, head.current];
    if (!drawn || !box || !header) return undefined;
    const own = new Painter(drawn, box, header, scheme);
    painter.current = own;
    own.look(latest.current);
    const observer = new ResizeObserver(() => own.measure());
    for (const one of [box, header]) observer.observe(one);
    const onScroll = (): void => own.paint();
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      painter.current = null;
      own.stop();
      box.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [scroller, head, scheme]);
  return { canvas, point: (row) => painter.current?.point(row) };
};

class Painter {
  private wanted: Wanted | undefined;
  private ink: MatrixInk;
  private places: MatrixPicture['places'];
  private hovered = -1;
  private readonly arrivals = new Map<string, number>();
  private judged: ReadonlySet<string> | null = null;
  private frame = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly box: HTMLElement,
    private readonly head: HTMLElement,
    private readonly scheme: string,
  ) {
    this.ink = new MatrixInk(scheme, this.ratio);
    this.places = placesOf(head);
  }

  private get ratio(): number {
    return window.devicePixelRatio || 1;
  }

  look(wanted: Wanted): void {
    const before = this.wanted;
    this.wanted = wanted;
    if (before?.runs !== wanted.runs) this.note(wanted);
    if (before?.isNarrow !== wanted.isNarrow) this.places = placesOf(this.head);
    this.paint();
  }

  measure(): void {
    this.places = placesOf(this.head);
    this.paint();
  }

  point(row: number): void {
    if (row === this.hovered) return;
    this.hovered = row;
    this.paint();
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
  }

  paint(): void {
    const { wanted, canvas, box, ratio } = this;
    if (!wanted) return;
    if (this.ink.ratio !== ratio) this.ink = new MatrixInk(this.scheme, ratio);
    const total = wanted.runs.length * wanted.rowHeight;
    const height = Math.min(total, box.clientHeight);
    const width = this.head.clientWidth;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d', { alpha: false });
    if (!context || width === 0 || height === 0) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    // Where the canvas sticks: below what covers the view, and never beyond the last row.
    const scrolled = Math.max(0, Math.min(box.scrollTop + wanted.covered - wanted.top, total - height));
    const now = performance.now();
    paintMatrix(
      context,
      { width, height },
      { ...wanted, scrolled, places: this.places, hovered: this.hovered, arrived: (run) => this.arrived(run, now) },
      this.ink,
    );
    for (const [id, at] of this.arrivals) if (now - at > ARRIVAL_MS) this.arrivals.delete(id);
    cancelAnimationFrame(this.frame);
    if (this.arrivals.size > 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  private arrived({ id }: MatrixRun, now: number): number {
    const at = this.arrivals.get(id);
    return at === undefined ? 1 : Math.max(0.1, Math.min(1, (now - at) / ARRIVAL_MS));
  }

  /** Who has been judged since: rows that are only scrolled into view are no news. */
  private note({ runs, isRunning }: Wanted): void {
    if (!isRunning || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.judged = null;
      return;
    }
    const judged = new Set(runs.filter(({ use }) => use.length > 0).map(({ id }) => id));
    const now = performance.now();
    if (this.judged) for (const id of judged) if (!this.judged.has(id)) this.arrivals.set(id, now);
    this.judged = judged;
  }
}

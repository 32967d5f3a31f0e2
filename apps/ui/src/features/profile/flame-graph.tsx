import { useCallback, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { type Draw, themeColour, useCanvas } from '../../charts/use-canvas';
import { visibleText } from '../../components/visible-text';
import { type BoxColour } from './flame-colours';
import { depthAt, drawFlame, ROW, rowTop } from './flame-draw';
import { type Flame, neighbour, nodeAt, type Step, windowOf } from './flame-model';
import css from './flame-graph.module.css';

interface Props {
  label: string;
  flame: Flame;
  /** Node that fills the width; -1 shows all. */
  zoom: number;
  direction: 'up' | 'down';
  found: Uint8Array | null;
  maxHeight: number;
  colour(node: number): BoxColour;
  /** A node's numbers in words. */
  describe(node: number): string[];
  onZoom(node: number): void;
  /** The S key, or a double click: looks at the function wherever it occurs. */
  onFunction?(name: string): void;
}

interface Place {
  readonly node: number;
  readonly x: number;
  readonly y: number;
  /** Of the graph. */
  readonly width: number;
}
const NOWHERE: Place = { node: -1, x: 0, y: 0, width: 0 };

/** Boxes on a canvas. One tab stop: arrows walk from caller to callee, Enter zooms, Esc goes back, S opens the sandwich. */
export const FlameGraph = ({
  label,
  flame,
  zoom,
  direction,
  found,
  maxHeight,
  colour,
  describe,
  onZoom,
  onFunction,
}: Props) => {
  const scroller = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [hovered, setHovered] = useState<Place>(NOWHERE);
  // Of which graph: a node's number means nothing in another one.
  const [focus, setFocus] = useState<{ flame: Flame; place: Place }>({ flame, place: NOWHERE });
  const [hasFocus, setHasFocus] = useState(false);
  const window = useMemo(() => windowOf(flame, zoom), [flame, zoom]);
  const whole = window.rows * ROW;
  const height = Math.max(ROW, Math.min(maxHeight, whole));
  const focused = focus.flame === flame ? focus.place : NOWHERE;
  const setFocused = (place: Place): void => setFocus({ flame, place });
  const isCurrent = focused.node !== -1;
  const focusNode = isCurrent ? focused.node : -1;
  const draw = useCallback<Draw>(
    (context, size) =>
      drawFlame(context, size, {
        flame,
        window,
        direction,
        scrolled,
        found,
        colour,
        hovered: hovered.node,
        focused: hasFocus ? focusNode : -1,
        outline: themeColour('--ink'),
        mark: themeColour('--warn'),
      }),
    [flame, window, direction, scrolled, found, colour, hovered.node, hasFocus, focusNode],
  );
  const canvas = useCanvas(draw);
  // What is new begins at the root, whichever end that is.
  useLayoutEffect(() => {
    const { current } = scroller;
    if (!current) return;
    current.scrollTop = direction === 'up' ? current.scrollHeight : 0;
    setScrolled(current.scrollTop);
    setHovered(NOWHERE);
  }, [flame, zoom, direction, height]);

  const placeOf = (event: MouseEvent): Place => {
    const box = scroller.current?.getBoundingClientRect();
    if (!box) return NOWHERE;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return {
      node: nodeAt(flame, window, x / box.width, depthAt(y + scrolled, window.rows, direction)),
      x,
      y,
      width: box.width,
    };
  };
  const go = (node: number): void => {
    const box = flame.boxOf[node] ?? -1;
    const { current } = scroller;
    if (box === -1 || !current) return;
    const top = rowTop(flame.layout.depth[box] as number, window.rows, direction);
    if (top < current.scrollTop) current.scrollTop = top;
    else if (top + ROW > current.scrollTop + height) current.scrollTop = top + ROW - height;
    const x = (((flame.layout.x[box] as number) - window.left) / window.share) * current.clientWidth;
    setFocused({
      node,
      x: Math.max(0, Math.min(x, current.clientWidth - 40)),
      y: top - current.scrollTop,
      width: current.clientWidth,
    });
    setHovered(NOWHERE);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, Step> = {
      ArrowUp: direction === 'up' ? 'callee' : 'caller',
      ArrowDown: direction === 'up' ? 'caller' : 'callee',
      ArrowLeft: 'previous',
      ArrowRight: 'next',
    };
    const step = steps[event.key];
    const name = focusNode === -1 ? undefined : flame.tree.labels[flame.tree.label[focusNode] as number]?.name;
    if (step) go(focusNode === -1 ? (flame.layout.node[window.first] ?? -1) : neighbour(flame, focusNode, step));
    else if (event.key === 'Home') go(flame.layout.node[0] ?? -1);
    else if (event.key === 'Enter' && focusNode !== -1) onZoom(focusNode);
    else if ((event.key === 's' || event.key === 'S') && name !== undefined && onFunction) onFunction(name);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = hovered.node === -1 ? (hasFocus && isCurrent ? focused : NOWHERE) : hovered;
  const tip = shown.node === -1 ? null : { name: nameOf(flame, shown.node), lines: describe(shown.node) };
  return (
    <div className={css.wrap}>
      <div
        ref={scroller}
        className={css.scroller}
        style={{ height }}
        tabIndex={0}
        role="application"
        aria-roledescription="flame graph"
        aria-label={`${label}. Arrow keys walk the frames, Enter zooms, Escape goes back, S shows callers and callees.`}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
        onMouseMove={(event) => setHovered(placeOf(event))}
        onMouseLeave={() => setHovered(NOWHERE)}
        onClick={(event) => {
          const { node } = placeOf(event);
          if (node === -1) return;
          setFocused({ ...placeOf(event), node });
          onZoom(node);
        }}
        onFocus={() => setHasFocus(true)}
        onBlur={() => setHasFocus(false)}
        onKeyDown={onKeyDown}
      >
        <div className={css.space} style={{ height: whole }}>
          <canvas ref={canvas} className={css.canvas} style={{ height }} aria-hidden="true" />
        </div>
      </div>
      {tip && (
        <div className={css.tip} style={tipPlace(shown, height)}>
          <code>{tip.name}</code>
          {tip.lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
      <p className="visually-hidden" role="status">
        {hasFocus && isCurrent && tip ? `${tip.name}, ${tip.lines.join(', ')}` : ''}
      </p>
    </div>
  );
};

const nameOf = ({ tree }: Flame, node: number): string =>
  visibleText((tree.labels[tree.label[node] as number]?.name ?? '?').slice(0, 300));

/** Beside the pointer, and inside of the graph's width. */
const tipPlace = (
  { x, y, width }: Place,
  height: number,
): { left?: number; right?: number; top?: number; bottom?: number } => ({
  ...(x > width / 2 ? { right: Math.max(0, width - x + 12) } : { left: x + 12 }),
  ...(y > height / 2 && y > 90 ? { bottom: height - y + 10 } : { top: y + 24 }),
});

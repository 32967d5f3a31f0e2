import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatValue } from '../../components/format';
import { type ChartModel } from './observation-view';
import { useCursorIndex, useTimeline } from './time-cursor';
import css from './series-chart.module.css';

const HEIGHT = 86;
/** Up to here, instances are named beside the drawing. */
const FIRST_OTHERS = 5;

const OUT_OF_SIGHT = -10;

/** Puts the cursor of a chart at a time, without telling anybody. */
const point = (plot: uPlot, seconds: number | null): void =>
  plot.setCursor(
    seconds === null ? { left: OUT_OF_SIGHT, top: OUT_OF_SIGHT } : { left: plot.valToPos(seconds, 'x'), top: 0 },
    false,
  );

/** One metric over the window; its instances are told apart by shade, the worst one stands out. */
export const SeriesChart = ({ chart }: { chart: ChartModel }) => {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('dark');
  const { cursor, length } = useTimeline();
  // Samples without a time can't be pointed at.
  const isLinked = chart.timing !== 'unknown' && length > 0;
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const tokens = getComputedStyle(document.documentElement);
    const token = (name: string): string => tokens.getPropertyValue(name).trim();
    const font = `10px ${token('--sans')}`;
    const axis = {
      stroke: token('--faint'),
      font,
      grid: { stroke: token('--line'), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height: HEIGHT,
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false },
          points: { size: 5 },
          // The cursor stays where it was left, so that what it points at can be read and sent on.
          bind: { mouseleave: () => () => null },
        },
        hooks: {
          ready: [(ready) => point(ready, cursor.get())],
          setCursor: [
            ({ cursor: { left = -1 }, posToVal }) => {
              if (isLinked && left >= 0) cursor.set(Number(posToVal(left, 'x').toFixed(2)));
            },
          ],
        },
        scales: {
          x: { time: false, ...(isLinked ? { range: () => [0, length] as uPlot.Range.MinMax } : {}) },
          y: { range: (_, min, max) => [Math.min(0, min), max > 0 ? max * 1.08 : 1] },
        },
        axes: [
          {
            ...axis,
            size: 16,
            gap: 2,
            space: 50,
            values: (_, ticks) => ticks.map((tick) => (isLinked ? `${tick} s` : String(tick))),
          },
          {
            ...axis,
            size: 62,
            gap: 4,
            space: 26,
            values: (_, ticks) => ticks.map((tick) => formatValue(tick, chart.unit)),
          },
        ],
        series: [
          {},
          ...chart.lines.map((line, i) => ({
            label: line.instance,
            stroke: i === 0 ? token('--info') : token('--faint'),
            width: i === 0 ? 1.6 : 1,
            alpha: i === 0 ? 1 : 0.65,
            points: { show: chart.x.length < 3, size: 4 },
          })),
        ],
      },
      // The worst line is drawn last, on top of the others.
      [chart.x, ...chart.lines.map(({ values }) => values)],
      element,
    );
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(120, element.clientWidth), height: HEIGHT }),
    );
    observer.observe(element);
    const unfollow = isLinked ? cursor.subscribe(() => point(plot, cursor.get())) : undefined;
    return () => {
      unfollow?.();
      observer.disconnect();
      plot.destroy();
    };
  }, [chart, cursor, isLinked, length, scheme]);
  const at = useCursorIndex(chart.x);
  const [first] = chart.lines;
  const known = first?.values.filter((value) => value !== null) ?? [];
  const most = known.length > 0 ? Math.max(...known) : null;
  const last = known.at(-1) ?? null;
  const names = chart.lines.map(({ instance }) => instance);
  const isPointed = isLinked && at !== null;
  const shown = formatValue(isPointed ? (first?.values[at] ?? null) : last, chart.unit);
  return (
    <figure
      className={css.chart}
      aria-label={`${chart.title}: ${first?.instance ?? ''} at most ${formatValue(most, chart.unit)}, ${
        isPointed ? `${shown} at ${(chart.x[at] ?? 0).toFixed(1)} s` : `last ${shown}`
      }`}
    >
      <figcaption>
        <span title={chart.timing === 'spread' ? `${chart.metric}; samples placed from start to end` : chart.metric}>
          {chart.title}
        </span>
        <b data-pointed={isPointed}>
          {names[0] !== 'host' && <small>{names[0]} </small>}
          {shown}
        </b>
      </figcaption>
      <div ref={box} aria-hidden="true" />
      {names.length > 1 && (
        <p title={names.join(', ')}>
          {isPointed
            ? chart.lines
                .slice(1, FIRST_OTHERS)
                .map(({ instance, values }) => `${instance} ${formatValue(values[at] ?? null, chart.unit)}`)
                .join(', ')
            : `also ${names.slice(1, FIRST_OTHERS).join(', ')}`}
          {names.length + chart.left > FIRST_OTHERS && ` and ${names.length + chart.left - FIRST_OTHERS} more`}
        </p>
      )}
    </figure>
  );
};

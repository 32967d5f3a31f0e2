import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatValue } from '../../components/format';
import { type ChartModel } from './observation-view';
import css from './series-chart.module.css';

const HEIGHT = 86;

/** One metric over the window; its instances are told apart by shade, the worst one stands out. */
export const SeriesChart = ({ chart }: { chart: ChartModel }) => {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('dark');
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
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 5 } },
        scales: { x: { time: false }, y: { range: (_, min, max) => [Math.min(0, min), max > 0 ? max * 1.08 : 1] } },
        axes: [
          {
            ...axis,
            size: 16,
            gap: 2,
            space: 50,
            values: (_, ticks) => ticks.map((tick) => (chart.isClock ? `${tick} s` : String(tick))),
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
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [chart, scheme]);
  const [first] = chart.lines;
  const known = first?.values.filter((value) => value !== null) ?? [];
  const most = known.length > 0 ? Math.max(...known) : null;
  const last = known.at(-1) ?? null;
  const names = chart.lines.map(({ instance }) => instance);
  return (
    <figure
      className={css.chart}
      aria-label={`${chart.title}: ${first?.instance ?? ''} at most ${formatValue(most, chart.unit)}, last ${formatValue(last, chart.unit)}`}
    >
      <figcaption>
        <span title={chart.metric}>{chart.title}</span>
        <b>
          {names[0] !== 'host' && <small>{names[0]} </small>}
          {formatValue(last, chart.unit)}
        </b>
      </figcaption>
      <div ref={box} aria-hidden="true" />
      {names.length > 1 && (
        <p title={names.join(', ')}>
          also {names.slice(1, 5).join(', ')}
          {names.length + chart.left > 5 && ` and ${names.length + chart.left - 5} more`}
        </p>
      )}
    </figure>
  );
};

import { useMemo } from 'react';
import { plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { type Matrix } from './traces-model';
import { type GraphEnd, whoToWhom } from './who-to-whom';
import css from './who-to-whom-graph.module.css';

const WIDTH = 560;
const NAMES = 150;
const LONGEST = 24;

/** Who sends again to whom, as lines; the matrix beside it says the same in numbers. */
export const WhoToWhomGraph = ({ matrix }: { matrix: Matrix }) => {
  const { senders, receivers, links, height } = useMemo(() => whoToWhom(matrix), [matrix]);
  const middle = WIDTH / 2;
  return (
    <svg
      className={css.graph}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={`${plural(senders.length, 'sender')} and ${plural(receivers.length, 'receiver')}, joined by ${plural(links.length, 'line')}; the thickest is ${plural(matrix.max, 'segment')}`}
    >
      {links.map(({ from, to, segments, width }) => (
        <path
          key={`${from.name} ${to.name}`}
          className={css.link}
          d={`M${NAMES} ${from.y} C${middle} ${from.y} ${middle} ${to.y} ${WIDTH - NAMES} ${to.y}`}
          strokeWidth={width}
          strokeOpacity={0.35 + 0.55 * (segments / matrix.max)}
        >
          <title>{`${visibleText(from.name)} → ${visibleText(to.name)}: ${plural(segments, 'segment')}`}</title>
        </path>
      ))}
      {senders.map((end) => (
        <End key={end.name} end={end} x={NAMES - 8} anchor="end" />
      ))}
      {receivers.map((end) => (
        <End key={end.name} end={end} x={WIDTH - NAMES + 8} anchor="start" />
      ))}
    </svg>
  );
};

const shortened = (name: string): string => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name);

const End = ({ end: { name, y, segments }, x, anchor }: { end: GraphEnd; x: number; anchor: 'start' | 'end' }) => (
  <text className={css.end} x={x} y={y} textAnchor={anchor} dominantBaseline="central">
    {shortened(visibleText(name))}
    <title>{`${visibleText(name)}: ${plural(segments, 'segment')}`}</title>
  </text>
);

import { formatValue } from '../../components/format';
import { type PeerStrip } from './peers';
import css from './peer-plot.module.css';

const WIDTH = 366;
const LEFT = 8;
const RIGHT = 10;

/** One dot a peer on one line, this host larger, the bound dashed. */
export const PeerPlot = ({
  strip,
  host,
  unit,
  severity,
}: {
  strip: PeerStrip;
  host: string;
  unit: string | null;
  severity: string;
}) => {
  const x = (value: number): number => LEFT + ((value - strip.from) / (strip.to - strip.from)) * (WIDTH - LEFT - RIGHT);
  const label = `The middle of ${strip.total} peers is ${formatValue(strip.median, unit)}; ${host} has ${formatValue(strip.own, unit)}${strip.threshold === null ? '' : `; the bound is ${formatValue(strip.threshold, unit)}`}`;
  const own = x(strip.own);
  const anchor = own > WIDTH - 80 ? 'end' : own < 60 ? 'start' : 'middle';
  return (
    <svg className={css.plot} viewBox={`0 0 ${WIDTH} 62`} role="img" aria-label={label}>
      <line x1="0" x2={WIDTH} y1="32" y2="32" className={css.axis} />
      {strip.peers.map((peer, i) => (
        <circle key={peer.host} cx={x(peer.value)} cy={32 + ((i * 13) % 7) - 3} r="3" className={css.peer}>
          <title>{`${peer.host} ${formatValue(peer.value, unit)}`}</title>
        </circle>
      ))}
      {strip.threshold !== null && (
        <>
          <line x1={x(strip.threshold)} x2={x(strip.threshold)} y1="18" y2="46" className={css.bound} />
          <text
            x={x(strip.threshold)}
            y="58"
            textAnchor={x(strip.threshold) > WIDTH - 60 ? 'end' : x(strip.threshold) < 40 ? 'start' : 'middle'}
            className={css.note}
          >
            bound {formatValue(strip.threshold, unit)}
          </text>
        </>
      )}
      <circle
        cx={own}
        cy="32"
        r="5"
        className={severity === 'crit' ? css.crit : severity === 'warn' ? css.warn : css.own}
      />
      <text x={own} y="13" textAnchor={anchor} className={css.host}>
        {host} {formatValue(strip.own, unit)}
      </text>
    </svg>
  );
};

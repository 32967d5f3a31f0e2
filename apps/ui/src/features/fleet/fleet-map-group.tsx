import { type MetricId } from '@fleetscope/contracts';
import { useCallback, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useCanvas, type Draw } from '../../charts/use-canvas';
import { plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { groupWords, squareWords, type MapGroup, type MapHost, type Scale } from './fleet-map-model';
import { inkOf, paintSquare } from './fleet-map-paint';
import css from './fleet-map.module.css';

interface Props {
  group: MapGroup;
  scale: Scale | 'state';
  metric: MetricId | null;
  /** Pixels of a square with its gap, and of the whole map. */
  size: number;
  width: number;
  picked: ReadonlySet<string>;
  open: string | null;
  canPick: boolean;
  onPick(names: readonly string[]): void;
  onOpen(name: string): void;
  onPoint(host: MapHost | null): void;
}

const GAP = 2;
const LEAST_COLUMNS = 8;

/** The hosts of a group as squares. One tab stop: the arrows go from host to host, Enter opens, Space chooses. */
export const FleetMapGroup = (props: Props) => {
  const { group, scale, metric, size, width, picked, open, canPick, onPick, onOpen, onPoint } = props;
  const { hosts } = group;
  const [at, setAt] = useState<number | null>(null);
  // Blocks rather than lines, so that groups stand beside each other.
  const wanted = Math.max(LEAST_COLUMNS, Math.ceil(Math.sqrt(hosts.length * 4)));
  const columns = Math.max(1, Math.min(hosts.length, wanted, Math.floor(width / size)));
  const rows = Math.ceil(hosts.length / columns);
  const draw = useCallback<Draw>(
    (context) => {
      const ink = inkOf();
      hosts.forEach((one, i) => {
        const [x, y] = [(i % columns) * size, Math.floor(i / columns) * size];
        paintSquare(context, ink, one, scale, x + 1, y + 1, size - GAP);
        const isOpen = one.host.name === open;
        if (!isOpen && i !== at && !picked.has(one.host.name)) return;
        context.strokeStyle = ink.colours.info;
        context.lineWidth = isOpen || i === at ? 2 : 1.25;
        context.strokeRect(x + 1, y + 1, size - GAP, size - GAP);
      });
    },
    [at, columns, hosts, open, picked, scale, size],
  );
  const canvas = useCanvas(draw);
  const indexOf = (event: PointerEvent<HTMLCanvasElement>): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / size);
    const index = Math.floor((event.clientY - box.top) / size) * columns + column;
    return column < columns && index < hosts.length ? index : null;
  };
  const move = (to: number | null): void => {
    setAt(to);
    onPoint(to === null ? null : (hosts[to] ?? null));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = at ?? 0;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, j: 1, k: -1 }[event.key];
    const name = hosts[from]?.host.name;
    if (step !== undefined) move(Math.max(0, Math.min(hosts.length - 1, from + step)));
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(hosts.length - 1);
    else if (event.key === 'Enter' && name) onOpen(name);
    else if (event.key === ' ' && name && canPick) onPick([name]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const current = at === null ? null : hosts[at];
  const title = `${visibleText(group.name)}: ${plural(hosts.length, 'host')}`;
  return (
    <section className={css.group} aria-label={title}>
      <h3>
        {canPick ? (
          <button
            type="button"
            className="link"
            title="Choose all of this group"
            onClick={() => onPick(hosts.map(({ host }) => host.name))}
          >
            {visibleText(group.name)}
          </button>
        ) : (
          visibleText(group.name)
        )}{' '}
        <small>{hosts.length.toLocaleString('en-GB')}</small>
      </h3>
      <canvas
        ref={canvas}
        style={{ width: columns * size, height: rows * size }}
        tabIndex={0}
        role="application"
        aria-label={
          current ? squareWords(current, metric) : `${title}, ${groupWords(hosts)}. Arrows go from host to host.`
        }
        onFocus={() => move(at ?? 0)}
        onBlur={() => move(null)}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => {
          const index = indexOf(event);
          onPoint(index === null ? null : (hosts[index] ?? null));
        }}
        onPointerLeave={() => onPoint(null)}
        onPointerDown={(event) => {
          const index = indexOf(event);
          const name = index === null ? undefined : hosts[index]?.host.name;
          if (index === null || name === undefined) return;
          setAt(index);
          if (canPick && (event.ctrlKey || event.metaKey || event.shiftKey)) onPick([name]);
          else onOpen(name);
        }}
      />
    </section>
  );
};

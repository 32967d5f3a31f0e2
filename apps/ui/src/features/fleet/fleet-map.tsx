import { METRICS, type HostView, type LatestResults, type MetricId } from '@fleetscope/contracts';
import { useElementSize } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { useCanvas, type Draw } from '../../charts/use-canvas';
import { type FleetSearch } from '../../app/search';
import { Choice } from '../../components/choice';
import { formatAgo, formatValue } from '../../components/format';
import { useNow } from '../../components/use-now';
import { FleetMapGroup } from './fleet-map-group';
import {
  groupings,
  groupWords,
  MAP_STATES,
  mapGroups,
  scaleOf,
  squareSize,
  squareWords,
  type MapHost,
  type MapState,
  type Scale,
} from './fleet-map-model';
import { inkOf, paintSquare } from './fleet-map-paint';
import css from './fleet-map.module.css';

interface Props {
  hosts: readonly HostView[];
  results: LatestResults | undefined;
  search: FleetSearch;
  picked: ReadonlySet<string>;
  canPick: boolean;
  onChange(changes: Partial<FleetSearch>): void;
  onPick(names: ReadonlySet<string>): void;
  onOpen(name: string): void;
}

/** Every host as a square, by class or by a label, coloured by how its last triage ended or by one of its numbers. */
export const FleetMap = ({ hosts, results, search, picked, canPick, onChange, onPick, onOpen }: Props) => {
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<MapHost | null>(null);
  const now = useNow(10_000);
  const choices = useMemo(() => groupings(hosts), [hosts]);
  const by = search.by !== undefined && choices.includes(search.by) ? search.by : 'class';
  const metric = results?.metric ?? null;
  const groups = useMemo(() => mapGroups(hosts, results, by), [hosts, results, by]);
  const scale = useMemo(() => (metric === null ? 'state' : (scaleOf(groups) ?? 'state')), [metric, groups]);
  const size = squareSize(hosts.length);
  const toggle = useCallback(
    (names: readonly string[]): void => {
      const next = new Set(picked);
      const areAll = names.every((name) => next.has(name));
      for (const name of names) {
        if (areAll) next.delete(name);
        else next.add(name);
      }
      onPick(next);
    },
    [onPick, picked],
  );
  return (
    <main className={css.map} aria-label="Map of the fleet">
      <div className={css.bar}>
        <Choice
          label="Grouped by"
          value={by}
          options={choices.map((name) => ({ value: name, label: name === 'class' ? 'class' : `label ${name}` }))}
          onChange={(name) => onChange({ by: name === 'class' ? undefined : name })}
        />
        <Choice
          label="Coloured by"
          value={search.colour ?? ''}
          options={[
            { value: '', label: 'worst state of the last triage' },
            ...(results?.metrics ?? []).map((id) => ({ value: id, label: `${id}${unitWords(id)}` })),
          ]}
          onChange={(colour) => onChange({ colour: colour || undefined })}
        />
        {scale === 'state' ? <StateLegend /> : <MetricLegend metric={metric} scale={scale} />}
      </div>
      <p className={css.said}>
        {pointed ? (
          <>
            {squareWords(pointed, metric)}
            {pointed.latest && <span className="dim"> · triage {formatAgo(pointed.latest.at, now)}</span>}
          </>
        ) : (
          <span className="dim">
            {hosts.length === 0
              ? 'No host matches this filter.'
              : `Enter or a click opens a host${canPick ? '; with Ctrl or Shift, or Space, it is chosen' : ''}. The table lists the same hosts.`}
          </span>
        )}
      </p>
      <div ref={ref} className={css.groups}>
        {width > 0 &&
          groups.map((group) => (
            <FleetMapGroup
              key={group.name}
              {...{ group, scale, metric, size, width, picked, canPick, onOpen }}
              open={search.host ?? null}
              onPick={toggle}
              onPoint={setPointed}
            />
          ))}
      </div>
      <table className="visually-hidden">
        <caption>Hosts by {by}</caption>
        <thead>
          <tr>
            <th scope="col">{by}</th>
            <th scope="col">Hosts</th>
            <th scope="col">Last triage</th>
            {metric && <th scope="col">{metric}, least to most</th>}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ name, hosts: members }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{members.length}</td>
              <td>{groupWords(members)}</td>
              {metric && <td>{spanWords(members, metric)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
};

const unitWords = (id: MetricId): string => {
  const unit = METRICS.get(id)?.unit;
  return unit === undefined || unit === '1' ? '' : `, ${unit}`;
};

const spanWords = (hosts: readonly MapHost[], metric: MetricId): string => {
  const values = hosts.flatMap(({ value }) => (value === null ? [] : [value]));
  const unit = METRICS.get(metric)?.unit ?? null;
  return values.length === 0
    ? 'unknown'
    : `${formatValue(Math.min(...values), unit)} to ${formatValue(Math.max(...values), unit)}`;
};

const STATES: readonly MapState[] = ['ok', 'warn', 'crit', 'unknown', 'none'];

const StateLegend = () => (
  <ul className={css.legend} aria-label="Signs">
    {STATES.map((state) => (
      <li key={state}>
        <Swatch state={state} value={null} scale="state" /> {MAP_STATES[state]}
      </li>
    ))}
  </ul>
);

const SHADES = 5;

const MetricLegend = ({ metric, scale }: { metric: MetricId | null; scale: Scale }) => {
  const unit = (metric && METRICS.get(metric)?.unit) ?? null;
  const values = Array.from({ length: SHADES }, (_, i) => scale.from + ((scale.to - scale.from) * i) / (SHADES - 1));
  return (
    <ul className={css.legend} aria-label={`Signs: ${metric ? METRICS.get(metric)?.title : ''}`}>
      {values.map((value, i) => (
        <li key={i}>
          <Swatch state="ok" value={value} scale={scale} /> {scale.isCapped && i === SHADES - 1 ? '≥ ' : ''}
          {formatValue(value, unit)}
        </li>
      ))}
      <li>
        <Swatch state="unknown" value={null} scale={scale} /> unknown
      </li>
    </ul>
  );
};

const Swatch = ({ state, value, scale }: Pick<MapHost, 'state' | 'value'> & { scale: Scale | 'state' }) => {
  const draw = useCallback<Draw>(
    (context) => paintSquare(context, inkOf(), { state, value }, scale, 0, 0, 12),
    [scale, state, value],
  );
  const canvas = useCanvas(draw);
  return <canvas ref={canvas} className={css.swatch} aria-hidden="true" />;
};

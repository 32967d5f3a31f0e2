import { type AgentView, type HostView, type LatestResult, type LatestResults } from '@fleetscope/contracts';
import { Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { memo, useCallback, useMemo, useRef } from 'react';
import { type HostSort } from '../../app/search';
import { formatAgo } from '../../components/format';
import { useRowWindow } from '../../components/use-row-window';
import { UseGlyph } from '../../components/use-glyph';
import { visibleText } from '../../components/visible-text';
import { useNow } from '../../components/use-now';
import { addressWords, agentOf, HOST_STATES, hostState, keyWords } from './fleet';
import { MAP_STATES } from './fleet-map-model';
import css from './host-table.module.css';

interface Props {
  hosts: readonly HostView[];
  results: LatestResults | undefined;
  agents: readonly AgentView[] | undefined;
  picked: ReadonlySet<string>;
  sort: HostSort;
  open: string | null;
  canPick: boolean;
  onPick(names: ReadonlySet<string>): void;
  onSort(sort: HostSort): void;
  onOpen(name: string): void;
}

const COLUMNS: readonly { title: string; sort: HostSort | null; className?: string }[] = [
  { title: 'Host', sort: 'name' },
  { title: 'Class', sort: 'class' },
  { title: 'Labels', sort: null, className: css.labels },
  { title: 'Address', sort: null },
  { title: 'Last triage', sort: null, className: css.latest },
  { title: 'Reachability', sort: 'reachability' },
  { title: 'Last check', sort: 'checked' },
  { title: 'Host key', sort: null },
];

const HEADER = 30;

export const HostTable = ({ hosts, results, agents, picked, sort, open, canPick, onPick, onSort, onOpen }: Props) => {
  const isNarrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const height = isNarrow ? 58 : 30;
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(10_000);
  const latest = useMemo(() => new Map(results?.hosts.map((one) => [one.host, one])), [results]);
  const { from, to } = useRowWindow({
    ...{ count: hosts.length, height, scroller },
    top: isNarrow ? 0 : HEADER,
    covered: isNarrow ? 0 : HEADER,
  });
  const pickedHere = hosts.filter(({ name }) => picked.has(name)).length;
  const toggle = useCallback(
    (name: string): void => {
      const next = new Set(picked);
      if (!next.delete(name)) next.add(name);
      onPick(next);
    },
    [onPick, picked],
  );
  return (
    <main ref={scroller} className={css.scroller} aria-label="Hosts">
      <div role="table" aria-label="Hosts" aria-rowcount={hosts.length + 1} data-pick={canPick}>
        <div role="row" className={`${css.row} ${css.head}`} aria-rowindex={1}>
          {canPick && (
            <span role="columnheader">
              <Checkbox
                size="xs"
                aria-label="Choose all shown hosts"
                checked={pickedHere > 0 && pickedHere === hosts.length}
                indeterminate={pickedHere > 0 && pickedHere < hosts.length}
                onChange={() =>
                  onPick(pickedHere === hosts.length ? new Set() : new Set(hosts.map(({ name }) => name)))
                }
              />
            </span>
          )}
          {COLUMNS.map(({ title, sort: by, className }) => (
            <span
              key={title}
              className={className}
              role="columnheader"
              aria-sort={by === sort ? 'ascending' : undefined}
            >
              {by ? (
                <button type="button" className={css.sort} onClick={() => onSort(by)}>
                  {title}
                  {by === sort && ' ↓'}
                </button>
              ) : (
                title
              )}
            </span>
          ))}
        </div>
        <div role="rowgroup" className={css.body} style={{ height: hosts.length * height }}>
          {hosts.slice(from, to).map((host, i) => (
            <HostRow
              key={host.name}
              host={host}
              index={from + i}
              top={(from + i) * height}
              latest={latest.get(host.name) ?? null}
              agent={agentOf(host, agents)}
              now={now}
              isOpen={open === host.name}
              isPicked={picked.has(host.name)}
              onToggle={canPick ? toggle : null}
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
      {hosts.length === 0 && <p className={css.none}>No host matches this filter.</p>}
    </main>
  );
};

interface CellsProps {
  host: HostView;
  latest: LatestResult | null;
  agent: AgentView | null;
  now: number;
}

interface RowProps extends CellsProps {
  index: number;
  top: number;
  isOpen: boolean;
  isPicked: boolean;
  /** Null where nothing can be chosen. */
  onToggle: ((name: string) => void) | null;
  onOpen(name: string): void;
}

/** Rows that stay in sight while one scrolls are not made anew. */
const HostRow = memo(({ index, top, isOpen, isPicked, onToggle, onOpen, ...cells }: RowProps) => {
  const { name } = cells.host;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={css.row}
      data-host={name}
      data-open={isOpen}
      style={{ top }}
      onClick={() => onOpen(name)}
    >
      {onToggle && (
        <span role="cell" onClick={(event) => event.stopPropagation()}>
          {/* The browser's own: eleven rows are made with each frame that scrolls. */}
          <input
            type="checkbox"
            className={css.pick}
            aria-label={`Choose ${name}`}
            checked={isPicked}
            onChange={() => onToggle(name)}
          />
        </span>
      )}
      <Cells {...cells} />
    </div>
  );
});
HostRow.displayName = 'HostRow';

const Cells = ({ host, latest, agent, now }: CellsProps) => {
  const state = hostState(host);
  const key = keyWords(host);
  const labels = Object.entries(host.labels).map(([name, value]) => `${name}=${value}`);
  return (
    <>
      <span role="cell" className={css.name}>
        <button type="button" className={css.open} data-row-focus>
          {host.name}
        </button>
      </span>
      <span role="cell" className={css.class}>
        {host.class}
      </span>
      <span role="cell" className={css.labels} title={labels.join(', ')}>
        {labels.join(', ')}
      </span>
      <span role="cell" className={css.address}>
        {addressWords(host)}{' '}
        <small>
          {host.transport}
          {agent && <span className={agent.state === 'online' ? undefined : 'warn'}> {agent.state}</span>}
          {host.jump.length > 0 && ` via ${host.jump.join(' → ')}`}
        </small>
      </span>
      <span role="cell" className={css.latest}>
        <UseGlyph state={latest?.state ?? 'none'} />{' '}
        <span className={latest?.state === 'crit' || latest?.state === 'warn' ? latest.state : undefined}>
          {MAP_STATES[latest?.state ?? 'none']}
        </span>{' '}
        {latest && <small>{formatAgo(latest.at, now)}</small>}
      </span>
      <span role="cell" className={css.state} title={host.reachability?.reason ?? undefined}>
        <i className={css[state]} aria-hidden="true" />
        {HOST_STATES[state].toLowerCase()}
        {host.hold ? (
          <small className="warn">not to be touched: {visibleText(host.hold.why)}</small>
        ) : (
          host.reachability?.reason && <small>{host.reachability.reason}</small>
        )}
      </span>
      <span role="cell" className={css.checked}>
        {formatAgo(host.checkedAt, now)}
      </span>
      <span role="cell" className={key.isMissing ? `${css.key} warn` : css.key}>
        {key.words}
      </span>
    </>
  );
};

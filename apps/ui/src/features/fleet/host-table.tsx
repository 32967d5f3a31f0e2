import { type AgentView, type HostView, type LatestResult, type LatestResults } from '@fleetscope/contracts';
import { Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { type HostSort } from '../../app/search';
import { formatAgo } from '../../components/format';
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

export const HostTable = ({ hosts, results, agents, picked, sort, open, canPick, onPick, onSort, onOpen }: Props) => {
  const isNarrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const height = isNarrow ? 58 : 30;
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(10_000);
  const latest = useMemo(() => new Map(results?.hosts.map((one) => [one.host, one])), [results]);
  // eslint-disable-next-line react-hooks/incompatible-library -- its result is used here only, never memoised
  const rows = useVirtualizer({
    count: hosts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    scrollPaddingStart: 34,
  });
  useEffect(() => rows.measure(), [height, rows]);
  const pickedHere = hosts.filter(({ name }) => picked.has(name)).length;
  const toggle = (name: string): void => {
    const next = new Set(picked);
    if (!next.delete(name)) next.add(name);
    onPick(next);
  };
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
        <div role="rowgroup" className={css.body} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const host = hosts[item.index];
            if (!host) return null;
            return (
              <div
                key={host.name}
                role="row"
                aria-rowindex={item.index + 2}
                className={css.row}
                data-host={host.name}
                data-open={open === host.name}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => onOpen(host.name)}
              >
                {canPick && (
                  <span role="cell" onClick={(event) => event.stopPropagation()}>
                    <Checkbox
                      size="xs"
                      aria-label={`Choose ${host.name}`}
                      checked={picked.has(host.name)}
                      onChange={() => toggle(host.name)}
                    />
                  </span>
                )}
                <Cells host={host} agent={agentOf(host, agents)} latest={latest.get(host.name) ?? null} now={now} />
              </div>
            );
          })}
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

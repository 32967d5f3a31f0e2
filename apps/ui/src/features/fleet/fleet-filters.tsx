import { type HostView } from '@fleetscope/contracts';
import { type ReactNode } from 'react';
import { split, toggled, type FleetSearch } from '../../app/search';
import { facets } from '../../components/select-hosts';
import { HOST_STATES, hostState, type HostState } from './fleet';
import css from './fleet-filters.module.css';

interface Props {
  hosts: readonly HostView[];
  search: FleetSearch;
  shown: number;
  onChange(changes: Partial<FleetSearch>): void;
}

const MOST_CHIPS = 12;

export const FleetFilters = ({ hosts, search, shown, onChange }: Props) => {
  const { classes, labels } = facets(hosts);
  const states = (Object.keys(HOST_STATES) as HostState[])
    .map((state) => ({ state, count: hosts.filter((host) => hostState(host) === state).length }))
    .filter(({ count, state }) => (count > 0 && count < hosts.length) || search.state === state);
  const isFiltered = Boolean(search.q || search.class || search.label || search.state);
  return (
    <div className={css.bar} role="search" aria-label="Hosts">
      <input
        className="field"
        type="search"
        placeholder="Name, address, label"
        aria-label="Filter hosts"
        value={search.q ?? ''}
        onChange={(event) => onChange({ q: event.currentTarget.value || undefined })}
      />
      {classes.length > 1 && (
        <Group title="Class">
          <Chips
            items={classes}
            chosen={split(search.class)}
            onToggle={(name) => onChange({ class: toggled(search.class, name) })}
          />
        </Group>
      )}
      {labels.length > 0 && (
        <Group title="Label">
          <Chips
            items={labels}
            chosen={split(search.label)}
            onToggle={(label) => onChange({ label: toggled(search.label, label) })}
          />
        </Group>
      )}
      {states.length > 0 && (
        <Group title="Last check">
          {states.map(({ state, count }) => (
            <button
              key={state}
              type="button"
              className="chip"
              aria-pressed={search.state === state}
              onClick={() => onChange({ state: search.state === state ? undefined : state })}
            >
              {HOST_STATES[state]} <span className="faint">{count}</span>
            </button>
          ))}
        </Group>
      )}
      {isFiltered && (
        <>
          <span className="dim">
            {shown.toLocaleString('en-GB')} of {hosts.length.toLocaleString('en-GB')}
          </span>
          <button
            type="button"
            className="link"
            onClick={() => onChange({ q: undefined, class: undefined, label: undefined, state: undefined })}
          >
            Show all
          </button>
        </>
      )}
    </div>
  );
};

const Group = ({ title, children }: { title: string; children: ReactNode }) => (
  <span className={css.group} role="group" aria-label={title}>
    <span>{title}</span>
    {children}
  </span>
);

interface ChipsProps {
  items: [string, number][];
  chosen: string[];
  onToggle(name: string): void;
}

/** The most frequent ones; those that are chosen are always there, so that they can be taken back. */
const Chips = ({ items, chosen, onToggle }: ChipsProps) => {
  const frequent = [...items].sort((a, b) => b[1] - a[1]).slice(0, MOST_CHIPS);
  return items
    .filter((item) => frequent.includes(item) || chosen.includes(item[0]))
    .map(([name, count]) => (
      <button
        key={name}
        type="button"
        className="chip"
        aria-pressed={chosen.includes(name)}
        onClick={() => onToggle(name)}
      >
        {name} <span className="faint">{count}</span>
      </button>
    ));
};

import { type MatrixRun } from '@fleetscope/contracts';
import { useHelp } from '../../app/help-context';
import { type InvestigationSearch } from '../../app/search';
import { plural } from '../../components/format';
import { STATE_GROUPS, type StateGroup } from './filter';
import { GroupChoice } from './group-choice';
import css from './filter-bar.module.css';

interface Props {
  search: InvestigationSearch;
  runs: readonly MatrixRun[];
  shown: number;
  moves: number;
  onResort(): void;
  onChange(changes: Partial<InvestigationSearch>): void;
}

/** What is shown of the hosts; held in the address. */
export const FilterBar = ({ search, runs, shown, moves, onResort, onChange }: Props) => {
  const help = useHelp();
  const groups = (Object.keys(STATE_GROUPS) as StateGroup[])
    .map((group) => ({ group, count: runs.filter(({ state }) => STATE_GROUPS[group].holds(state)).length }))
    .filter(({ group, count }) => search.state === group || (group !== 'answered' && count > 0));
  const withFindings = runs.filter((run) => run.findings.some(({ severity }) => severity !== 'info')).length;
  return (
    <div className={css.bar} role="search" aria-label="Hosts">
      <input
        className="field"
        type="search"
        data-filter
        placeholder="Host, class, label, rule"
        aria-label="Filter hosts"
        value={search.q ?? ''}
        onChange={(event) => onChange({ q: event.currentTarget.value || undefined })}
      />
      <button
        type="button"
        className="chip"
        aria-pressed={search.findings === true}
        onClick={() => onChange({ findings: search.findings ? undefined : true })}
      >
        Findings <span className="faint">{withFindings}</span>
      </button>
      {groups.map(({ group, count }) => (
        <button
          key={group}
          type="button"
          className="chip"
          aria-pressed={search.state === group}
          onClick={() => onChange({ state: search.state === group ? undefined : group })}
        >
          {STATE_GROUPS[group].title} <span className="faint">{count}</span>
        </button>
      ))}
      <GroupChoice by={search.by} runs={runs} onChange={onChange} />
      {moves > 0 ? (
        <button type="button" className={`link ${css.moves}`} onClick={onResort}>
          {plural(moves, 'row')} would move · <kbd>R</kbd>
        </button>
      ) : (
        <span className={`dim ${css.moves} ${css.order}`}>worst first</span>
      )}
      <span className="spacer" />
      <span className={`dim ${css.count}`}>
        {shown === runs.length
          ? plural(runs.length, 'host')
          : `${shown.toLocaleString('en-GB')} of ${plural(runs.length, 'host')}`}
      </span>
      <span className={`faint ${css.legend}`}>U S E = utilization, saturation, errors</span>
      <button type="button" className="chip" onClick={help} aria-label="Keys and signs" title="Keys and signs · ?">
        ?
      </button>
    </div>
  );
};

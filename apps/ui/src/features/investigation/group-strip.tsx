import { useMemo, useState } from 'react';
import { type InvestigationSearch } from '../../app/search';
import { plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { type GroupedRun, groupsBy, type HostGroup } from './groups';
import css from './group-strip.module.css';

interface Props {
  by: string;
  only: string | undefined;
  runs: readonly GroupedRun[];
  onChange(changes: Pick<InvestigationSearch, 'by' | 'only'>): void;
}

const FIRST = 10;

/** Hosts by class or a label: how many of each are sick. One that is pressed is shown alone. */
export const GroupStrip = ({ by, only, runs, onChange }: Props) => {
  const groups = useMemo(() => groupsBy(runs, by), [runs, by]);
  const [isOpen, setOpen] = useState(false);
  const shown = groups.filter(({ value }, i) => isOpen || i < FIRST || value === only);
  return (
    <section className={css.strip} aria-label={`Hosts by ${by}`}>
      <ul>
        {shown.map((group) => (
          <li key={group.value}>
            <button
              type="button"
              className={css.group}
              aria-pressed={group.value === only}
              title={groupWords(group)}
              onClick={() => onChange({ by, only: group.value === only ? undefined : group.value })}
            >
              <span className={css.value}>{group.value === '' ? `no ${by}` : visibleText(group.value)}</span>
              <span className="visually-hidden"> {groupWords(group)}</span>
              <span className={group.crit > 0 ? 'crit' : group.warn > 0 ? 'warn' : 'dim'} aria-hidden="true">
                {group.crit + group.warn}
                <span className="dim">/{group.hosts}</span>
              </span>
              <span className={css.bar} aria-hidden="true">
                <i data-severity="crit" style={{ width: `${(group.crit / group.hosts) * 100}%` }} />
                <i data-severity="warn" style={{ width: `${(group.warn / group.hosts) * 100}%` }} />
              </span>
            </button>
          </li>
        ))}
        {groups.length > FIRST && (
          <li>
            <button type="button" className="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? 'Fewer' : `${plural(groups.length - FIRST, 'more value')}`}
            </button>
          </li>
        )}
        <li>
          <button type="button" className="link" onClick={() => onChange({ by: undefined, only: undefined })}>
            Don’t group
          </button>
        </li>
      </ul>
    </section>
  );
};

const groupWords = ({ hosts, crit, warn }: HostGroup): string =>
  `${plural(hosts, 'host')}, ${crit} critical, ${warn} with a warning`;

import { type InvestigationView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { investigationsQuery } from '../../api/queries';
import { PROFILE_ROOTS, type ProfileSearch } from '../../app/search';
import { Choice, type ChoiceOption } from '../../components/choice';
import { formatClock } from '../../components/format';
import { useNow } from '../../components/use-now';
import { choicesOf } from './choices';
import { hasTimes } from './slice';
import { type Looked } from './use-picture';
import css from './profile-page.module.css';

interface Props {
  looked: Looked;
  investigation: InvestigationView;
  search: ProfileSearch;
  onChange(changes: Partial<ProfileSearch>): void;
}

const ORDERS = ['weight', 'time'] as const;

/** Which hosts, which of their samples, against what. */
export const Filters = ({ looked, investigation, search, onChange }: Props) => {
  const { all, chosen, steps, step, profile } = looked;
  const choices = useMemo(() => profile && choicesOf(profile, search.command), [profile, search.command]);
  const several = all.length > 1;
  const hosts: ChoiceOption[] = [
    { value: '', label: `All ${all.length}, each the same` },
    { value: 'absolute', label: `All ${all.length}, as they weigh` },
    ...all.map(({ host, samples }) => ({ value: `=${host}`, label: samples === 0 ? `${host} · no samples` : host })),
  ];
  const value = search.hosts === undefined ? (search.weigh ?? '') : `=${search.hosts}`;
  const none = (label: string): ChoiceOption => ({ value: '', label });
  return (
    <div className={css.filters} role="group" aria-label="Filters">
      {steps.length > 1 && (
        <Choice
          label="Step"
          value={step ?? ''}
          options={steps.map((one) => ({ value: one, label: one }))}
          onChange={(next) => onChange({ step: next, zoom: undefined })}
        />
      )}
      {several && (
        <Choice
          label="Host"
          value={value}
          options={hosts}
          onChange={(next) =>
            onChange({
              hosts: next.startsWith('=') ? next.slice(1) : undefined,
              weigh: next === 'absolute' ? 'absolute' : undefined,
              thread: undefined,
              cpu: undefined,
            })
          }
        />
      )}
      <Against looked={looked} investigation={investigation} search={search} onChange={onChange} />
      {choices && choices.commands.length > 0 && (
        <Choice
          label="Command"
          value={search.command ?? ''}
          options={[none(`All ${choices.commands.length}`), ...choices.commands]}
          onChange={(next) => onChange({ command: next || undefined, thread: undefined })}
        />
      )}
      {choices && choices.groups.length > 0 && (
        <Choice
          label="Control group"
          value={search.cgroup ?? ''}
          options={[none(`All ${choices.groups.length}`), ...choices.groups]}
          onChange={(next) => onChange({ cgroup: next || undefined, thread: undefined })}
        />
      )}
      {choices && chosen.length === 1 && choices.threads.length > 1 && (
        <Choice
          label="Thread"
          value={search.thread ?? ''}
          options={[none(`All ${choices.threads.length}`), ...choices.threads]}
          onChange={(next) => onChange({ thread: next || undefined })}
        />
      )}
      {choices && chosen.length === 1 && choices.cpus.length > 1 && (
        <Choice
          label="CPU"
          value={search.cpu ?? ''}
          options={[none(`All ${choices.cpus.length}`), ...choices.cpus]}
          onChange={(next) => onChange({ cpu: next || undefined })}
        />
      )}
      <Choice
        label="Stand on"
        value={search.root ?? 'command'}
        options={PROFILE_ROOTS.map((root) => ({ value: root, label: root === 'none' ? 'nothing' : root }))}
        onChange={(next) => onChange({ root: PROFILE_ROOTS.find((root) => root === next), zoom: undefined })}
      />
      <Choice
        label="Order"
        value={search.order ?? 'name'}
        options={[
          { value: 'name', label: 'by name' },
          { value: 'weight', label: 'heaviest left' },
          ...(profile && search.vs === undefined && hasTimes(profile) ? [{ value: 'time', label: 'by time' }] : []),
        ]}
        onChange={(next) => onChange({ order: ORDERS.find((one) => one === next), zoom: undefined })}
      />
    </div>
  );
};

const MOST_EARLIER = 12;

/** The other side: the hosts that were not chosen, one of them, or another capture by the same runbook. */
const Against = ({ looked: { all, chosen }, investigation, search, onChange }: Props) => {
  const { data: investigations } = useQuery(investigationsQuery);
  const now = useNow(60_000);
  const runbook = investigation.runbook.split('@')[0];
  const earlier = (investigations ?? [])
    .filter(
      ({ id, runbook: other, coverage }) =>
        id !== investigation.id && other.split('@')[0] === runbook && coverage.answered > 0,
    )
    .slice(0, MOST_EARLIER);
  const own = new Set(chosen.map(({ host }) => host));
  const options: ChoiceOption[] = [
    { value: '', label: 'nothing' },
    ...(own.size < all.length ? [{ value: 'peers', label: `its ${all.length - own.size} peers` }] : []),
    ...all
      .filter(({ host, samples }) => samples > 0 && !own.has(host))
      .map(({ host }) => ({ value: host, label: host })),
    ...earlier.map(({ id, createdAt, reason }) => ({
      value: id,
      label: `${formatClock(createdAt, now)}${reason ? ` “${reason.slice(0, 30)}”` : ''}`,
    })),
  ];
  if (options.length === 1 && search.vs === undefined) return null;
  return (
    <Choice
      label="Against"
      value={search.vs ?? ''}
      options={options}
      onChange={(next) => onChange({ vs: next || undefined })}
    />
  );
};

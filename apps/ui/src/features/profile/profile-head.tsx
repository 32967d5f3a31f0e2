import { type InvestigationView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { investigationsQuery } from '../../api/queries';
import { useLaunch } from '../../app/launch-context';
import { type ProfileSearch, type ProfileView } from '../../app/search';
import { useMay } from '../../app/session';
import { plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { Segmented } from '../../components/segmented';
import { ExportMenu } from './export-menu';
import { type Looked } from './use-picture';
import { captureWords, hostsWords, typeWords } from './words';
import css from './profile-page.module.css';

interface Props {
  investigation: InvestigationView;
  looked: Looked;
  search: ProfileSearch;
  onChange(changes: Partial<ProfileSearch>): void;
}

const VIEWS: readonly { value: ProfileView; label: string }[] = [
  { value: 'flame', label: 'Flame' },
  { value: 'sandwich', label: 'Sandwich' },
  { value: 'top', label: 'Top' },
];

export const ProfileHead = ({ investigation, looked, search, onChange }: Props) => {
  const { all, chosen, before, profile } = looked;
  const type = all[0]?.type ?? 'cpu';
  const name = hostsWords(chosen, all.length);
  const against =
    search.vs !== undefined && before.length > 0
      ? ` against ${search.vs === 'peers' ? plural(before.length, 'peer') : hostsWords(before, -1)}`
      : '';
  return (
    <PageHead
      title={
        <>
          <Link to="/investigations/$id" params={{ id: investigation.id }} className={css.back}>
            {investigation.title}
          </Link>{' '}
          <span className="faint">/</span> {typeWords(type)} · {name}
          {against}
        </>
      }
      fact={profile && captureWords(profile)}
    >
      <span className={css.controls}>
        <TypeSwitch investigation={investigation} type={type} looked={looked} search={search} onChange={onChange} />
        <Segmented
          label="View"
          value={search.view ?? 'flame'}
          options={VIEWS}
          onChange={(view) => onChange({ view: view === 'flame' ? undefined : view })}
        />
        <ExportMenu chosen={chosen} profile={profile} title={`${name} ${type}`} />
      </span>
    </PageHead>
  );
};

const RUNBOOKS: Readonly<Record<string, string>> = { cpu: 'cpu-profile', 'off-cpu': 'offcpu-profile' };

/** On and off CPU are two halves of one time: the other half of this investigation, the nearest one, or a new capture. */
const TypeSwitch = ({ investigation, type, looked, search, onChange }: Props & { type: string }) => {
  const { data: investigations } = useQuery(investigationsQuery);
  const navigate = useNavigate();
  const launch = useLaunch();
  const mayLaunch = useMay('operator');
  if (!(type in RUNBOOKS)) return null;
  const other = type === 'cpu' ? 'off-cpu' : 'cpu';
  const runbook = RUNBOOKS[other] ?? '';
  const began = Date.parse(investigation.createdAt);
  const [nearest] = (investigations ?? [])
    .filter((one) => one.runbook.split('@')[0] === runbook && one.coverage.answered > 0)
    .sort((a, b) => Math.abs(Date.parse(a.createdAt) - began) - Math.abs(Date.parse(b.createdAt) - began));
  if (!nearest && !mayLaunch) return null;
  const go = (): void => {
    if (nearest)
      void navigate({ to: '/investigations/$id/profile', params: { id: nearest.id }, search: { view: search.view } });
    else launch({ runbook, hosts: looked.chosen.map(({ host }) => host), reason: investigation.reason });
  };
  const title = nearest
    ? `The nearest ${other} capture, at ${nearest.createdAt.slice(11, 19)} UTC`
    : `Capture it: ${runbook}`;
  return (
    <Segmented
      label="On or off CPU"
      value={type}
      options={[
        { value: 'cpu', label: 'On-CPU', title: type === 'cpu' ? undefined : title },
        { value: 'off-cpu', label: 'Off-CPU', title: type === 'cpu' ? title : undefined },
      ]}
      onChange={(next) => (next === type ? onChange({}) : go())}
    />
  );
};

import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, type ReactNode } from 'react';
import { useLiveInvestigation } from '../../api/live';
import { wordsOf } from '../../api/problem';
import { isEnded, profilesQuery } from '../../api/queries';
import { type ProfileSearch } from '../../app/search';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { ProfileView } from './profile-view';
import css from './profile-page.module.css';

/** Stacks of an investigation's hosts as a graph one can ask. */
export const ProfilePage = () => {
  const { id } = useParams({ from: '/shell/investigations/$id/profile' });
  const search = useSearch({ from: '/shell/investigations/$id/profile' });
  const navigate = useNavigate({ from: '/investigations/$id/profile' });
  const { data: snapshot, error: missing } = useLiveInvestigation(id);
  const answered = snapshot?.investigation.coverage.answered ?? 0;
  // Hosts may answer by the hundred each second: while it runs, a doubling is worth another look.
  const version = snapshot && !isEnded(snapshot.investigation) ? -Math.floor(Math.log2(answered + 1)) : answered;
  const profiles = useQuery({
    ...profilesQuery(id, version),
    enabled: snapshot !== undefined,
    placeholderData: (before) => before,
  });
  const change = useCallback(
    (changes: Partial<ProfileSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const problem = missing ?? profiles.error;
  if (problem)
    return (
      <PageProblem
        title="This profile can't be shown"
        words={wordsOf(problem)}
        retry={() => void profiles.refetch()}
        home
      />
    );
  if (!snapshot || !profiles.data) return <p className={css.loading}>Reading the profiles …</p>;
  const { investigation } = snapshot;
  if (profiles.data.length === 0)
    return (
      <Empty id={id} title={investigation.title}>
        {isEnded(investigation)
          ? `“${investigation.title}” gave no stacks. A CPU or off-CPU profile does; the investigation says why a host gave none.`
          : 'No host has answered yet. The graph comes with the first one.'}
      </Empty>
    );
  return <ProfileView investigation={investigation} summaries={profiles.data} search={search} onChange={change} />;
};

const Empty = ({ id, title, children }: { id: string; title: string; children: ReactNode }) => (
  <div className={css.page}>
    <PageHead
      title={
        <Link to="/investigations/$id" params={{ id }} className={css.back}>
          {title}
        </Link>
      }
    />
    <p className={css.loading}>{children}</p>
  </div>
);

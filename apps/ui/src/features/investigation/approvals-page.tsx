import { type InvestigationView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { meQuery } from '../../api/queries';
import { approvalsQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { formatAgo, formatClock, plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { Decision } from './approval-section';
import { targetWords } from '../../components/target-words';
import css from './approvals-page.module.css';

/** Requests that wait for a second person, and deciding on them. */
export const ApprovalsPage = () => {
  const { data, error, refetch } = useQuery(approvalsQuery);
  const now = useNow(10_000);
  if (error && !data)
    return <PageProblem title="The requests can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  return (
    <div className={css.page}>
      <PageHead title="Approvals" fact={data && (data.length > 0 ? `${plural(data.length, 'request')} waiting` : '')}>
        <Link to="/investigations" className="btn">
          Investigations
        </Link>
      </PageHead>
      <main className={css.body} aria-label="Requests that wait" aria-busy={!data}>
        {data?.length === 0 && (
          <p className={css.words}>
            Nothing waits. Requests for many hosts or for heavy runbooks can be made to wait for a second person:{' '}
            <code>FLEETSCOPE_APPROVAL_HOSTS</code> and <code>FLEETSCOPE_APPROVAL_COST</code>.
          </p>
        )}
        {data?.map((request) => (
          <Request key={request.id} request={request} now={now} />
        ))}
      </main>
    </div>
  );
};

const Request = ({ request, now }: { request: InvestigationView; now: number }) => {
  const { id, title, targets, coverage, requestedBy, reason, approval, createdAt } = request;
  const { data: me } = useQuery(meQuery);
  const isCommander = useMay('commander');
  const isOwn = me?.name === requestedBy;
  return (
    <article className={css.request} aria-label={`${title}, asked for by ${requestedBy}`}>
      <h2>
        <Link to="/investigations/$id" params={{ id }} data-row-focus>
          {title}
        </Link>{' '}
        on {plural(coverage.targeted, 'host')} <span className="dim">{targetWords(targets)}</span>
      </h2>
      <p>
        {visibleText(requestedBy)} asked {formatAgo(createdAt, now)}
        {reason ? `: “${visibleText(reason)}”` : ', without a reason'}
      </p>
      {approval && (
        <p className="dim">
          Needs it because {approval.needs.map(visibleText).join('; ')}. Ends {formatClock(approval.expiresAt, now)}.
        </p>
      )}
      {isCommander && !isOwn && <Decision id={id} />}
      {isCommander && isOwn && <p className="dim">You asked for it, so somebody else has to decide.</p>}
      {!isCommander && <p className="dim">A commander decides.</p>}
    </article>
  );
};

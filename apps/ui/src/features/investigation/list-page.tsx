import { type InvestigationView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { investigationsQuery, isEnded } from '../../api/queries';
import { approvalsQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useLaunch } from '../../app/launch-context';
import { useMay } from '../../app/session';
import { CoverageBar } from '../../components/coverage-bar';
import { formatAgo, formatClock, plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { useNow } from '../../components/use-now';
import { coverageParts, coverageWords, investigationStateWords } from './words';
import { targetWords } from '../../components/target-words';
import css from './list-page.module.css';

/** All investigations, newest first. */
export const InvestigationListPage = () => {
  const { data, error, refetch } = useQuery(investigationsQuery);
  const { data: waiting } = useQuery(approvalsQuery);
  const launch = useLaunch();
  const mayLaunch = useMay('operator');
  const mayChange = useMay('commander');
  const now = useNow(10_000);
  if (error && !data)
    return <PageProblem title="The list can't be read" words={wordsOf(error)} retry={() => void refetch()} />;
  return (
    <div className={css.page}>
      <PageHead
        title="Investigations"
        fact={
          data && data.length > 0 ? `newest first, ${data.length === 100 ? 'the last 100' : data.length}` : undefined
        }
      >
        {waiting && waiting.length > 0 && (
          <Link to="/approvals" className="btn">
            {plural(waiting.length, 'request')} {waiting.length === 1 ? 'waits' : 'wait'} for approval
          </Link>
        )}
        {mayLaunch && (
          <button type="button" className="btn primary" onClick={() => launch()}>
            Start an investigation <kbd>Ctrl K</kbd>
          </button>
        )}
      </PageHead>
      <main className={css.scroller}>
        {data?.length === 0 && (
          <div className={css.empty}>
            <p>
              Nothing was investigated yet. A triage asks every host ten questions at once and takes about ten seconds.
            </p>
            <p className={css.begin}>
              {mayChange && (
                <Link className="btn primary" to="/hosts" search={{ view: 'import' }}>
                  Import hosts
                </Link>
              )}
              {mayLaunch && (
                <button type="button" className="btn" onClick={() => launch()}>
                  Start the first one
                </button>
              )}
            </p>
          </div>
        )}
        <ul className={css.list}>
          {data?.map((investigation) => (
            <li key={investigation.id}>
              <Row investigation={investigation} now={now} />
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
};

const Row = ({ investigation, now }: { investigation: InvestigationView; now: number }) => {
  const { coverage, verdict } = investigation;
  const first = verdict?.statements[0];
  const more = (verdict?.statements.length ?? 0) - 1;
  return (
    <Link to="/investigations/$id" params={{ id: investigation.id }} className={css.row} data-row-focus>
      <span className={css.when} title={formatClock(investigation.createdAt, now)}>
        {formatAgo(investigation.createdAt, now)}
        <small>by {investigation.requestedBy}</small>
      </span>
      <span className={css.what}>
        <b>{investigation.title}</b> <span className="dim">{targetWords(investigation.targets)}</span>
        {investigation.reason && <small>“{investigation.reason}”</small>}
      </span>
      <span className={css.coverage}>
        <span>
          {coverage.answered.toLocaleString('en-GB')}{' '}
          <span className="dim">of {coverage.targeted.toLocaleString('en-GB')}</span>
          {!isEnded(investigation) && <b className={css.running}> · {investigationStateWords(investigation)}</b>}
          {(investigation.state === 'cancelled' || investigation.state === 'failed') && (
            <b className="warn"> · {investigation.state}</b>
          )}
        </span>
        <CoverageBar
          parts={coverageParts(coverage)}
          label={`${coverage.answered} of ${coverage.targeted} answered; ${coverageWords(coverage)}`}
        />
      </span>
      <span className={css.verdict}>
        {first ? (
          <>
            <i className={css[first.severity]} aria-hidden="true" />
            <span>
              {first.text}
              {more > 0 && <span className="faint"> +{more}</span>}
            </span>
          </>
        ) : (
          <span className="dim">
            {isEnded(investigation) ? (coverage.answered > 0 ? 'nothing stands out' : 'no host answered') : ''}
          </span>
        )}
      </span>
    </Link>
  );
};

import { type InvestigationView } from '@fleetscope/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '../../api/client';
import { isEnded, profilesQuery, runbooksQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { formatClock } from '../../components/format';
import { useNow } from '../../components/use-now';
import { LiveIndicator } from './live-indicator';
import { ReportMenu } from './report-menu';
import { targetWords } from '../../components/target-words';
import { parameterWords } from './words';
import css from './top-bar.module.css';

/** Their events, histograms and tables have a page of their own. */
const TRACE_PARSERS: ReadonlySet<string> = new Set(['trace', 'bcc-tcpretrans']);

/** What, why, who, when; whether it is live; and how to end it or take it away. */
export const TopBar = ({ investigation }: { investigation: InvestigationView }) => {
  const now = useNow(isEnded(investigation) ? 60_000 : 1_000);
  const mayCancel = useMay('operator');
  const { data: runbooks } = useQuery(runbooksQuery);
  const runbook = runbooks?.find(
    ({ id, version }) => `${id}@${version}` === investigation.runbook || id === investigation.runbook,
  );
  const { answered } = investigation.coverage;
  const { data: profiles } = useQuery({
    ...profilesQuery(investigation.id, answered),
    enabled: isEnded(investigation) && answered > 0,
  });
  const hasTraces = runbook?.steps.some(({ prefer }) => prefer.some(({ parser }) => TRACE_PARSERS.has(parser)));
  const cancel = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/api/v1/investigations/{id}/cancel', { params: { path: { id: investigation.id } } })),
  });
  const facts = [
    investigation.reason && `“${investigation.reason}”`,
    `by ${investigation.requestedBy}`,
    formatClock(investigation.createdAt, now),
    ...parameterWords(investigation.parameters, (name) => runbook?.parameters[name]?.type === 'duration'),
  ].filter(Boolean);
  return (
    <header className={css.bar}>
      <h1 title={investigation.runbook}>
        {investigation.title} · {targetWords(investigation.targets)}
      </h1>
      <p className={css.facts} title={facts.join(' · ')}>
        {facts.join(' · ')}
      </p>
      <span className="spacer" />
      <LiveIndicator investigation={investigation} now={now} />
      <span className={css.acts}>
        {profiles && profiles.length > 0 && (
          <Link className="btn primary" to="/investigations/$id/profile" params={{ id: investigation.id }}>
            Flame graph
          </Link>
        )}
        {isEnded(investigation) && answered > 0 && !hasTraces && !(profiles && profiles.length > 0) && (
          <Link className="btn" to="/investigations/$id/compare" params={{ id: investigation.id }}>
            Compare
          </Link>
        )}
        {hasTraces && answered > 0 && (
          <Link className="btn primary" to="/investigations/$id/traces" params={{ id: investigation.id }}>
            Traces
          </Link>
        )}
        <ReportMenu investigation={investigation} />
        {!isEnded(investigation) && mayCancel && (
          <button
            type="button"
            className="btn"
            disabled={cancel.isPending || cancel.isSuccess}
            onClick={() => cancel.mutate()}
          >
            {cancel.isSuccess ? 'Cancelling …' : 'Cancel'}
          </button>
        )}
      </span>
      {cancel.error && (
        <p className={css.problem} role="alert">
          It could not be cancelled: {wordsOf(cancel.error)}
        </p>
      )}
    </header>
  );
};

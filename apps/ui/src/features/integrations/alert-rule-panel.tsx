import { type StoredAlertRule } from '@fleetscope/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { alertRulesQuery } from '../../api/integration-queries';
import { formatClock } from '../../components/format';
import { Removal } from '../../components/removal';
import { SidePanel } from '../../components/side-panel';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { matchWords, RED_QUERIES, RED_WORDS, targetsWords } from './alert-rule';
import css from '../../components/room.module.css';

/** One alert rule, with all that it says. */
export const AlertRulePanel = ({ rule, onClose }: { rule: StoredAlertRule; onClose(): void }) => {
  const { name, hook, runbook, cooldown, red } = rule;
  const queries = useQueryClient();
  const now = useNow(60_000);
  const remove = async (): Promise<void> => {
    await unwrap(client.DELETE('/api/v1/alert-rules/{name}', { params: { path: { name } } }));
    onClose();
    await queries.invalidateQueries({ queryKey: alertRulesQuery.queryKey });
  };
  const parameters = Object.entries(rule.parameters).map(([key, value]) => `${key}=${value}`);
  return (
    <SidePanel label={`Alert rule ${name}`} title={name} onClose={onClose}>
      <p className="dim">
        Added by {visibleText(rule.createdBy)}, {formatClock(rule.createdAt, now)}
      </p>
      <h3 className="sec">What it does</h3>
      <table className={css.plain} aria-label={`What ${name} does`}>
        <tbody>
          <Line title="Alerts with" what={visibleText(matchWords(rule))} />
          <Line title="of" what={hook === null ? 'any hook' : `the hook ${hook}`} />
          <Line title="start" what={[runbook, ...parameters].join(' ')} />
          <Line title="on" what={visibleText(targetsWords(rule))} />
          <Line title="at most once in" what={cooldown} />
        </tbody>
      </table>
      {red && (
        <>
          <h3 className="sec">Asked of Prometheus</h3>
          {RED_QUERIES.filter((query) => red[query] !== undefined).map((query) => (
            <div key={query}>
              <p className="dim">{RED_WORDS[query]}</p>
              <pre className={css.secret}>{visibleText(red[query] ?? '')}</pre>
            </div>
          ))}
          <p className="dim">
            Over {red.range}, beside {red.baselineOffset} before; the service is what the label {red.serviceLabel}{' '}
            names.
          </p>
        </>
      )}
      <p className="dim">A rule can't be changed: remove it, and add it anew.</p>
      <Removal name={name} remove={remove}>
        Alerts that it takes start nothing by it any more. What it has started stays.
      </Removal>
    </SidePanel>
  );
};

const Line = ({ title, what }: { title: string; what: string }) => (
  <tr>
    <th scope="row" className="dim">
      {title}
    </th>
    <td>{what}</td>
  </tr>
);

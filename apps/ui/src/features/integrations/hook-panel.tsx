import { type HookView, type StoredAlertRule } from '@fleetscope/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '../../api/client';
import { hooksQuery } from '../../api/integration-queries';
import { CopyButton } from '../../components/copy-button';
import { formatClock, withArticle } from '../../components/format';
import { Removal } from '../../components/removal';
import { scopeWords } from '../../components/scope';
import { SidePanel } from '../../components/side-panel';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { matchWords } from './alert-rule';
import { HOOK_PROOF, HOOK_SENDERS } from './hook-words';
import css from '../../components/room.module.css';

interface Props {
  hook: HookView;
  /** Those that its alerts come to; null while they are read. */
  rules: readonly StoredAlertRule[] | null;
  onClose(): void;
}

/** One hook: where it is called, what it may start, and which rules say what. */
export const HookPanel = ({ hook, rules, onClose }: Props) => {
  const { name, kind, role, scope, path } = hook;
  const queries = useQueryClient();
  const now = useNow(60_000);
  const url = `${window.location.origin}${path}`;
  const remove = async (): Promise<void> => {
    await unwrap(client.DELETE('/api/v1/hooks/{name}', { params: { path: { name } } }));
    onClose();
    await queries.invalidateQueries({ queryKey: hooksQuery.queryKey });
  };
  return (
    <SidePanel label={`Hook ${name}`} title={name} onClose={onClose}>
      <p className="dim">
        Takes alerts of {HOOK_SENDERS[kind]} and starts what {withArticle(role)} may on {scopeWords(scope)}; added by{' '}
        {visibleText(hook.createdBy)}, {formatClock(hook.createdAt, now)}
      </p>
      <h3 className="sec">Called at</h3>
      <pre className={css.secret}>{url}</pre>
      <CopyButton text={url} isSmall />
      <p className="dim">{HOOK_PROOF[kind]}</p>
      <h3 className="sec">What its alerts start</h3>
      {rules === null ? (
        <p className="dim">Reading …</p>
      ) : rules.length === 0 ? (
        <p className="warn">
          Nothing: no rule takes them. <Link to="/settings/integrations/alert-rules">Add an alert rule</Link>
        </p>
      ) : (
        <table className={css.plain} aria-label={`Rules of ${name}`}>
          <tbody>
            {rules.map((rule) => (
              <tr key={rule.name}>
                <th scope="row">
                  <Link to="/settings/integrations/alert-rules" search={{ name: rule.name }}>
                    {rule.name}
                  </Link>
                  <small>alerts with {visibleText(matchWords(rule))}</small>
                </th>
                <td>{rule.runbook}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Removal name={name} remove={remove}>
        What is sent to it is refused from then on, and its secret is void. Rules that name it stay, and start nothing.
        What it has started stays.
      </Removal>
    </SidePanel>
  );
};

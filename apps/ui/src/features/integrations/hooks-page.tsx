import { type HookView, ROLES } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { alertRulesQuery, hooksQuery } from '../../api/integration-queries';
import { wordsOf } from '../../api/problem';
import { type Column } from '../../components/data-table';
import { plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { PanelledList } from '../../components/panelled-list';
import { scopeWords } from '../../components/scope';
import { useOpenRow } from '../../components/use-open-row';
import { AddHookDialog } from './add-hook-dialog';
import { listensTo } from './alert-rule';
import { HookPanel } from './hook-panel';
import { HOOK_SENDERS } from './hook-words';
import { IntegrationsHead } from './integrations-head';
import css from '../../components/room.module.css';

/** Who may tell us of alerts, and what those may start. */
export const HooksPage = () => {
  const { data, error, refetch } = useQuery(hooksQuery);
  const { data: rules } = useQuery(alertRulesQuery);
  const { open, show } = useOpenRow();
  const [isAdding, setAdding] = useState(false);
  if (error && !data)
    return <PageProblem title="The hooks can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const rulesOf = (hook: string): number | null => rules?.filter((rule) => listensTo(rule, hook)).length ?? null;
  const columns: Column<HookView>[] = [
    { id: 'kind', title: 'Sent by', value: ({ kind }) => HOOK_SENDERS[kind] },
    { id: 'path', title: 'Called at', value: ({ path }) => path },
    { id: 'role', title: 'May start as', value: ({ role }) => ROLES.indexOf(role), render: ({ role }) => role },
    { id: 'scope', title: 'On', value: ({ scope }) => scopeWords(scope) },
    {
      id: 'rules',
      title: 'Rules',
      isNumber: true,
      value: ({ name }) => rulesOf(name),
      render: ({ name }) => {
        const count = rulesOf(name);
        return count === 0 ? <span className="warn">none</span> : (count ?? '–');
      },
    },
  ];
  return (
    <div className={css.page}>
      <IntegrationsHead fact={data && plural(data.length, 'hook')}>
        <button type="button" className="btn primary" onClick={() => setAdding(true)}>
          Add a hook
        </button>
      </IntegrationsHead>
      <PanelledList
        label="Hooks"
        title="Hook"
        columns={columns}
        rows={data}
        nameOf={({ name }) => name}
        open={open}
        show={show}
        empty="Nobody may tell us of alerts yet. A hook is an address that Alertmanager, PagerDuty or a program of yours calls, with a secret of its own and at most the role that you give it. Add one, then an alert rule that says what its alerts start."
        panel={(hook) => (
          <HookPanel
            key={hook.name}
            hook={hook}
            rules={rules?.filter((rule) => listensTo(rule, hook.name)) ?? null}
            onClose={() => show(undefined)}
          />
        )}
      />
      {isAdding && <AddHookDialog onAdded={show} onClose={() => setAdding(false)} />}
    </div>
  );
};

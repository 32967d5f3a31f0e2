import { type StoredAlertRule } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { alertRulesQuery } from '../../api/integration-queries';
import { wordsOf } from '../../api/problem';
import { type Column } from '../../components/data-table';
import { plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { PanelledList } from '../../components/panelled-list';
import { useOpenRow } from '../../components/use-open-row';
import { visibleText } from '../../components/visible-text';
import { AddAlertRuleDialog } from './add-alert-rule-dialog';
import { matchWords, targetsWords } from './alert-rule';
import { AlertRulePanel } from './alert-rule-panel';
import { IntegrationsHead } from './integrations-head';
import { TryAlertDialog } from './try-alert-dialog';
import css from '../../components/room.module.css';

const COLUMNS: Column<StoredAlertRule>[] = [
  { id: 'match', title: 'Alerts with', value: (rule) => visibleText(matchWords(rule)) },
  { id: 'hook', title: 'Of the hook', value: ({ hook }) => hook ?? 'any' },
  { id: 'runbook', title: 'Start', value: ({ runbook }) => runbook },
  { id: 'targets', title: 'On', value: (rule) => visibleText(targetsWords(rule)) },
  { id: 'cooldown', title: 'Then rest for', value: ({ cooldown }) => cooldown },
];

/** Which alerts start what. */
export const AlertRulesPage = () => {
  const { data, error, refetch } = useQuery(alertRulesQuery);
  const { open, show } = useOpenRow();
  const [dialog, setDialog] = useState<'add' | 'try' | null>(null);
  const close = (): void => setDialog(null);
  if (error && !data)
    return (
      <PageProblem title="The alert rules can't be read" words={wordsOf(error)} retry={() => void refetch()} home />
    );
  return (
    <div className={css.page}>
      <IntegrationsHead fact={data && plural(data.length, 'alert rule')}>
        <button type="button" className="btn" onClick={() => setDialog('try')}>
          Try an alert
        </button>
        <button type="button" className="btn primary" onClick={() => setDialog('add')}>
          Add a rule
        </button>
      </IntegrationsHead>
      <PanelledList
        label="Alert rules"
        title="Rule"
        columns={COLUMNS}
        rows={data}
        nameOf={({ name }) => name}
        open={open}
        show={show}
        empty="No alert starts anything yet. A rule says which alerts of a hook start which runbook, and on which hosts: the one that the alert names, or those you choose. Add one, and try it with an alert that came in before."
        panel={(rule) => <AlertRulePanel key={rule.name} rule={rule} onClose={() => show(undefined)} />}
      />
      {dialog === 'add' && <AddAlertRuleDialog onAdded={show} onClose={close} />}
      {dialog === 'try' && <TryAlertDialog onClose={close} />}
    </div>
  );
};

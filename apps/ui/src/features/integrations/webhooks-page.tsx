import { type WebhookView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { webhooksQuery } from '../../api/integration-queries';
import { wordsOf } from '../../api/problem';
import { type Column } from '../../components/data-table';
import { plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { PanelledList } from '../../components/panelled-list';
import { useOpenRow } from '../../components/use-open-row';
import { visibleText } from '../../components/visible-text';
import { AddWebhookDialog } from './add-webhook-dialog';
import { IntegrationsHead } from './integrations-head';
import { WebhookPanel } from './webhook-panel';
import css from '../../components/room.module.css';

const COLUMNS: Column<WebhookView>[] = [
  { id: 'to', title: 'Tells', value: ({ to }) => visibleText(to) },
  { id: 'format', title: 'As', value: ({ format }) => format },
  { id: 'delivered', title: 'Taken', value: ({ delivered }) => delivered, isNumber: true },
  { id: 'waiting', title: 'Waiting', value: ({ waiting }) => waiting, isNumber: true },
  {
    id: 'givenUp',
    title: 'Given up',
    isNumber: true,
    value: ({ givenUp }) => givenUp,
    render: ({ givenUp }) => (givenUp > 0 ? <span className="warn">{givenUp}</span> : 0),
  },
  { id: 'error', title: 'Last error', value: ({ lastError }) => lastError && visibleText(lastError) },
];

/** Who is told when an investigation has ended. */
export const WebhooksPage = () => {
  const { data, error, refetch } = useQuery(webhooksQuery);
  const { open, show } = useOpenRow();
  const [isAdding, setAdding] = useState(false);
  if (error && !data)
    return <PageProblem title="The webhooks can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  return (
    <div className={css.page}>
      <IntegrationsHead fact={data && plural(data.length, 'webhook')}>
        <button type="button" className="btn primary" onClick={() => setAdding(true)}>
          Add a webhook
        </button>
      </IntegrationsHead>
      <PanelledList
        label="Webhooks"
        title="Webhook"
        columns={COLUMNS}
        rows={data}
        nameOf={({ name }) => name}
        open={open}
        show={show}
        empty="Nobody is told yet. A webhook calls a URL when an investigation has ended: a program of yours, signed, or a channel of Mattermost or Teams, in three lines with links. Add one, and send it a test."
        panel={(webhook) => <WebhookPanel key={webhook.name} webhook={webhook} onClose={() => show(undefined)} />}
      />
      {isAdding && <AddWebhookDialog onAdded={show} onClose={() => setAdding(false)} />}
    </div>
  );
};

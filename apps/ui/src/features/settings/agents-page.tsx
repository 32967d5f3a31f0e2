import { type AgentView, skewWords } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentsQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { type Column, DataTable } from '../../components/data-table';
import { formatAgo, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { useEscape } from '../../components/use-escape';
import { useNow } from '../../components/use-now';
import { AgentPanel } from './agent-panel';
import { EnrolDialog } from './enrol-dialog';
import { SettingsHead } from '../../components/settings-head';
import css from '../../components/room.module.css';

/** The pull agents: which one runs where, when it was seen, and what it refuses. */
export const AgentsPage = () => {
  const { data, error, refetch } = useQuery(agentsQuery);
  const mayEnrol = useMay('commander');
  const now = useNow(5_000);
  const [open, setOpen] = useState<string | null>(null);
  const [isEnrolling, setEnrolling] = useState(false);
  useEscape(open === null ? null : () => setOpen(null));
  if (error && !data)
    return <PageProblem title="The agents can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const agent = data?.find(({ id }) => id === open);
  const online = data?.filter(({ state }) => state === 'online').length ?? 0;
  const columns: Column<AgentView>[] = [
    {
      id: 'host',
      title: 'Host',
      value: ({ host }) => host,
      render: ({ id, host }) => (
        <button type="button" className="link" onClick={() => setOpen(id)}>
          {host}
        </button>
      ),
    },
    { id: 'class', title: 'Class', value: (one) => one.class },
    {
      id: 'state',
      title: 'State',
      value: ({ state }) => state,
      render: ({ state }) => (
        <span className={state === 'online' ? css.online : state === 'offline' ? 'warn' : 'dim'}>{state}</span>
      ),
    },
    { id: 'version', title: 'Version', value: ({ version }) => version },
    {
      id: 'seen',
      title: 'Last seen',
      value: ({ lastSeenAt }) => lastSeenAt,
      render: ({ lastSeenAt }) => formatAgo(lastSeenAt, now),
    },
    { id: 'clock', title: 'Clock off by', value: ({ skewMs }) => skewMs, render: skewWords },
    {
      id: 'refused',
      title: 'Refuses',
      value: ({ refused }) => refused.length,
      render: ({ refused }) => (refused.length === 0 ? 'nothing' : plural(refused.length, 'runbook')),
    },
  ];
  return (
    <div className={css.page}>
      <SettingsHead fact={data && data.length > 0 && `${plural(data.length, 'agent')}, ${online} online`}>
        {mayEnrol && (
          <button type="button" className="btn primary" onClick={() => setEnrolling(true)}>
            Enrol an agent
          </button>
        )}
      </SettingsHead>
      <div className={css.split} data-panel={agent ? 'open' : 'closed'}>
        <main className={css.body}>
          {data?.length === 0 ? (
            <p className={css.words}>
              No agents yet. An agent connects outwards only, for hosts that SSH does not reach. Enrol one here, and run
              the line that you get on its host.
            </p>
          ) : (
            <DataTable
              label="Agents"
              columns={columns}
              rows={data ?? []}
              keyOf={({ id }) => id}
              sort={{ by: 'host', down: false }}
              maxHeight="100%"
              isSelected={({ id }) => id === open}
            />
          )}
        </main>
        {agent && <AgentPanel key={agent.id} agent={agent} now={now} onClose={() => setOpen(null)} />}
      </div>
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
    </div>
  );
};

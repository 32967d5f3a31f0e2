import { type HostView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { hostsQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { type SecretView, secretsQuery } from '../../api/room-queries';
import { type Column } from '../../components/data-table';
import { formatClock, listed, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { PanelledList } from '../../components/panelled-list';
import { SettingsHead } from '../../components/settings-head';
import { useNow } from '../../components/use-now';
import { useOpenRow } from '../../components/use-open-row';
import { visibleText } from '../../components/visible-text';
import { AddSecretDialog } from './add-secret-dialog';
import { RotateButton } from './rotate-button';
import { SecretPanel } from './secret-panel';
import css from '../../components/room.module.css';

const usersOf = (hosts: readonly HostView[], secret: string): string[] =>
  hosts.filter(({ identitySecret }) => identitySecret === secret).map(({ name }) => name);

/** Private keys that hosts are logged in to with. They go in and are used; nobody reads them here. */
export const SecretsPage = () => {
  const { data, error, refetch } = useQuery(secretsQuery);
  const { data: hosts } = useQuery(hostsQuery);
  const { open, show } = useOpenRow();
  const now = useNow(60_000);
  const [isAdding, setAdding] = useState(false);
  if (error && !data)
    return <PageProblem title="The secrets can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const columns: Column<SecretView>[] = [
    { id: 'kind', title: 'Is', value: ({ kind }) => (kind === 'ssh-private-key' ? 'a private key for SSH' : kind) },
    {
      id: 'used',
      title: 'Used for',
      value: ({ name }) => (hosts ? usersOf(hosts, name).length : null),
      render: ({ name }) => {
        const used = hosts && usersOf(hosts, name);
        if (!used) return '–';
        return used.length > 0 ? listed(used) : <span className="dim">no host</span>;
      },
    },
    {
      id: 'at',
      title: 'First stored',
      value: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => formatClock(createdAt, now),
    },
    { id: 'by', title: 'By', value: ({ createdBy }) => visibleText(createdBy) },
  ];
  return (
    <div className={css.page}>
      <SettingsHead fact={data && plural(data.length, 'secret')}>
        {data && data.length > 0 && <RotateButton />}
        <button type="button" className="btn primary" onClick={() => setAdding(true)}>
          Add a secret
        </button>
      </SettingsHead>
      <PanelledList
        label="Secrets"
        title="Secret"
        columns={columns}
        rows={data}
        nameOf={({ name }) => name}
        open={open}
        show={show}
        empty="No secret is kept yet: hosts are logged in to with keys from files or an ssh-agent of the control plane. A private key that is added here is stored encrypted, used for the hosts that name it, and never shown again."
        panel={(secret) => (
          <SecretPanel
            key={secret.name}
            secret={secret}
            hosts={hosts ? usersOf(hosts, secret.name) : null}
            onClose={() => show(undefined)}
          />
        )}
      />
      {isAdding && <AddSecretDialog known={data ?? []} onAdded={show} onClose={() => setAdding(false)} />}
    </div>
  );
};

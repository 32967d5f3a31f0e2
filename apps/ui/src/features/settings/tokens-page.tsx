import { ROLES, type TokenInput, type TokenView } from '@fleetscope/contracts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { tokensQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { type Column, DataTable } from '../../components/data-table';
import { FormEnd } from '../../components/form-end';
import { formatAgo, formatClock, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { SettingsHead } from '../../components/settings-head';
import { ShownOnce } from '../../components/shown-once';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { ScopeFields } from '../../components/scope-fields';
import { scopeFrom, scopeText, scopeWords } from '../../components/scope';
import css from '../../components/room.module.css';

const isOver = ({ revokedAt, expiresAt }: TokenView, now: number): boolean =>
  revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) < now);

/** API tokens: what they may do, when they were used, and taking them back. */
export const TokensPage = () => {
  const { data, error, refetch } = useQuery(tokensQuery);
  const now = useNow(10_000);
  const [isMaking, setMaking] = useState(false);
  if (error && !data)
    return <PageProblem title="The tokens can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const columns: Column<TokenView>[] = [
    { id: 'name', title: 'Name', value: ({ name }) => visibleText(name) },
    { id: 'role', title: 'May act as', value: ({ role }) => ROLES.indexOf(role), render: ({ role }) => role },
    { id: 'scope', title: 'Sees', value: ({ scope }) => scopeWords(scope) },
    {
      id: 'used',
      title: 'Last used',
      value: ({ lastUsedAt }) => lastUsedAt,
      render: ({ lastUsedAt }) => formatAgo(lastUsedAt, now),
    },
    {
      id: 'made',
      title: 'Made',
      value: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => formatClock(createdAt, now),
    },
    {
      id: 'ends',
      title: 'Ends',
      value: ({ expiresAt }) => expiresAt,
      render: (token) => <Ends token={token} now={now} />,
    },
    {
      id: 'revoke',
      title: 'Revoke',
      value: () => null,
      render: (token) => !isOver(token, now) && <Revoke token={token} />,
    },
  ];
  return (
    <div className={css.page}>
      <SettingsHead fact={data && `${plural(data.filter((token) => !isOver(token, now)).length, 'token')} in force`}>
        <button type="button" className="btn primary" onClick={() => setMaking(true)}>
          Make a token
        </button>
      </SettingsHead>
      <main className={css.body}>
        <DataTable
          label="Tokens"
          columns={columns}
          rows={data ?? []}
          keyOf={({ id }) => id}
          sort={{ by: 'name', down: false }}
          maxHeight="100%"
          empty="No tokens yet."
        />
      </main>
      {isMaking && <TokenDialog onClose={() => setMaking(false)} />}
    </div>
  );
};

const Ends = ({ token, now }: { token: TokenView; now: number }) => {
  if (token.revokedAt) return <span className="dim">revoked {formatAgo(token.revokedAt, now)}</span>;
  if (token.expiresAt === null) return <span className="warn">never</span>;
  return <span className={isOver(token, now) ? 'dim' : undefined}>{formatClock(token.expiresAt, now)}</span>;
};

const Revoke = ({ token }: { token: TokenView }) => {
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const revoke = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return (
    <>
      <button
        type="button"
        className="link"
        disabled={revoke.isPending}
        onClick={() => (isAsked ? revoke.mutate() : setAsked(true))}
      >
        {isAsked ? `Revoke ${visibleText(token.name)} now` : 'Revoke …'}
      </button>
      {revoke.error && <small className="crit"> {wordsOf(revoke.error)}</small>}
    </>
  );
};

const TokenDialog = ({ onClose }: { onClose(): void }) => {
  const queries = useQueryClient();
  const [scope, setScope] = useState(scopeText(null));
  const make = useMutation({
    mutationFn: (body: TokenInput) =>
      unwrap(client.POST('/api/v1/tokens', { body })) as Promise<TokenView & { token: string }>,
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = String(form.get('days'));
    const asked = scopeFrom(scope);
    if (asked === undefined) return;
    make.mutate({
      name: String(form.get('name') ?? '').trim(),
      role: ROLES.find((role) => role === form.get('role')) ?? 'viewer',
      scope: asked,
      expiresInDays: days === 'never' ? null : Number(days),
    });
  };
  return (
    <Modal opened onClose={onClose} title="Make a token" size={520}>
      {make.data ? (
        <ShownOnce secret={make.data.token}>
          This is the only time it is shown. Keep it in a file that only its user can read.
        </ShownOnce>
      ) : (
        <form onSubmit={onSubmit} className={css.form}>
          <TextInput name="name" label="Name" placeholder="ci" required maxLength={64} data-autofocus />
          <NativeSelect name="role" label="May act as" defaultValue="operator" data={[...ROLES]} />
          <NativeSelect
            name="days"
            label="Ends in"
            defaultValue="90"
            data={[
              { value: '7', label: '7 days' },
              { value: '90', label: '90 days' },
              { value: '365', label: 'a year' },
              { value: 'never', label: 'never' },
            ]}
          />
          <ScopeFields value={scope} onChange={setScope} />
          <FormEnd error={make.error} isPending={make.isPending} submit="Make it" />
        </form>
      )}
    </Modal>
  );
};

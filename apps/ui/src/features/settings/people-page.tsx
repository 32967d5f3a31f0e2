import { ROLES, type PersonView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { peopleQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { type Column, DataTable } from '../../components/data-table';
import { formatAgo, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { useEscape } from '../../components/use-escape';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { AddPersonDialog } from './add-person-dialog';
import { PersonPanel } from './person-panel';
import { scopeWords } from '../../components/scope';
import { SettingsHead } from '../../components/settings-head';
import css from '../../components/room.module.css';

/** Who may sign in, as what, and to which hosts. */
export const PeoplePage = () => {
  const { name: open } = useSearch({ from: '/shell/settings/people' });
  const navigate = useNavigate({ from: '/settings/people' });
  const { data, error, refetch } = useQuery(peopleQuery);
  const now = useNow(10_000);
  const [isAdding, setAdding] = useState(false);
  const show = (name: string | undefined): void => void navigate({ search: { name }, replace: true });
  useEscape(open === undefined ? null : () => show(undefined));
  if (error && !data)
    return <PageProblem title="The users can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const person = data?.find(({ name }) => name === open);
  const columns: Column<PersonView>[] = [
    {
      id: 'name',
      title: 'User',
      value: ({ name }) => name.toLowerCase(),
      render: ({ name }) => (
        <button type="button" className="link" data-row-focus onClick={() => show(name)}>
          {visibleText(name)}
        </button>
      ),
    },
    {
      id: 'role',
      title: 'May act as',
      value: ({ role }) => ROLES.indexOf(role),
      render: ({ role, disabled }) => (disabled ? <span className="warn">disabled</span> : role),
    },
    { id: 'scope', title: 'Sees', value: ({ scope }) => scopeWords(scope) },
    { id: 'from', title: 'Signs in', value: ({ from }) => (from === 'here' ? 'by password' : visibleText(from)) },
    { id: 'email', title: 'Email', value: ({ email }) => email && visibleText(email) },
    {
      id: 'last',
      title: 'Last sign-in',
      value: ({ lastSignInAt }) => lastSignInAt,
      render: ({ lastSignInAt }) => formatAgo(lastSignInAt, now),
    },
  ];
  return (
    <div className={css.page}>
      <SettingsHead fact={data && plural(data.length, 'user')}>
        <button type="button" className="btn primary" onClick={() => setAdding(true)}>
          Add a user
        </button>
      </SettingsHead>
      <div className={css.split} data-panel={person ? 'open' : 'closed'}>
        <main className={css.body}>
          {data?.length === 0 ? (
            <p className={css.words}>
              Nobody has an account yet: who comes in does so by a link of <code>fleetscope login-link</code>, or by a
              token. With accounts the audit log has names, and what is costly can wait for a second person. Users of an
              identity provider appear here when they first sign in.
            </p>
          ) : (
            <DataTable
              label="Users"
              columns={columns}
              rows={data ?? []}
              keyOf={({ name, from }) => `${from} ${name}`}
              sort={{ by: 'name', down: false }}
              maxHeight="100%"
              isSelected={({ name }) => name === open}
            />
          )}
        </main>
        {person && <PersonPanel key={person.name} person={person} onClose={() => show(undefined)} />}
      </div>
      {isAdding && <AddPersonDialog onClose={() => setAdding(false)} />}
    </div>
  );
};

import { ROLES, type PersonUpdate, type PersonView } from '@fleetscope/contracts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { meQuery } from '../../api/queries';
import { peopleQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { FormEnd } from '../../components/form-end';
import { formatClock } from '../../components/format';
import { SidePanel } from '../../components/side-panel';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { ScopeFields } from '../../components/scope-fields';
import { scopeFrom, scopeText } from '../../components/scope';
import css from '../../components/room.module.css';

/** One user: role, hosts, password, and whether they may sign in at all. */
export const PersonPanel = ({ person, onClose }: { person: PersonView; onClose(): void }) => {
  const { name } = person;
  const now = useNow(60_000);
  const { data: me } = useQuery(meQuery);
  const isLocal = person.from === 'here';
  return (
    <SidePanel label={`User ${name}`} title={visibleText(name)} onClose={onClose}>
      <p className="dim">
        {isLocal ? 'Signs in by password' : `Comes from ${visibleText(person.from)}`}; made{' '}
        {formatClock(person.createdAt, now)}
        {person.email && `; ${visibleText(person.email)}`}
      </p>
      {me?.name === name && me.id.startsWith('person:') && (
        <p className="warn">This is you: what you take away here you lose at once.</p>
      )}
      {isLocal ? (
        <>
          <RightsForm person={person} />
          <PasswordForm name={name} />
        </>
      ) : (
        <p>Role and hosts come from the identity provider, anew at each sign-in.</p>
      )}
      <Disabling person={person} />
    </SidePanel>
  );
};

const useUpdate = (name: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: PersonUpdate) =>
      unwrap(client.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: peopleQuery.queryKey }),
  });
};

const RightsForm = ({ person }: { person: PersonView }) => {
  const update = useUpdate(person.name);
  const [scope, setScope] = useState(scopeText(person.scope));
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const chosen = new FormData(event.currentTarget).get('role');
    const asked = scopeFrom(scope);
    if (asked !== undefined)
      update.mutate({ role: ROLES.find((role) => role === chosen) ?? person.role, scope: asked });
  };
  return (
    <>
      <h3 className="sec">Rights</h3>
      <form className={css.form} onSubmit={onSubmit}>
        <div className={css.whole}>
          <NativeSelect name="role" label="May act as" defaultValue={person.role} data={[...ROLES]} />
        </div>
        <ScopeFields value={scope} onChange={setScope} />
        <FormEnd error={update.error} isPending={update.isPending} submit="Set these rights">
          {update.isSuccess && (
            <p className="dim" role="status">
              In force from the next request on.
            </p>
          )}
        </FormEnd>
      </form>
    </>
  );
};

const PasswordForm = ({ name }: { name: string }) => {
  const change = useMutation({
    mutationFn: (password: string) =>
      unwrap(client.PUT('/api/v1/users/{name}/password', { params: { path: { name } }, body: { password } })),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    change.mutate(String(new FormData(form).get('password') ?? ''), { onSuccess: () => form.reset() });
  };
  return (
    <>
      <h3 className="sec">Password</h3>
      <form className={css.form} onSubmit={onSubmit}>
        <div className={css.whole}>
          <TextInput
            name="password"
            type="password"
            label="A new one, 12 characters or more"
            required
            minLength={12}
            maxLength={256}
            autoComplete="new-password"
          />
        </div>
        <FormEnd error={change.error} isPending={change.isPending} submit="Set the password">
          {change.isSuccess && (
            <p className="dim" role="status">
              Set.
            </p>
          )}
        </FormEnd>
      </form>
    </>
  );
};

const Disabling = ({ person: { name, disabled } }: { person: PersonView }) => {
  const update = useUpdate(name);
  const [isAsked, setAsked] = useState(false);
  const act = (): void => {
    if (disabled || isAsked) update.mutate({ disabled: !disabled }, { onSuccess: () => setAsked(false) });
    else setAsked(true);
  };
  return (
    <>
      <h3 className="sec">Access</h3>
      <p>
        {disabled
          ? 'Disabled: signed out everywhere, and cannot sign in.'
          : 'Disabling signs them out everywhere, at once.'}
      </p>
      {update.error && (
        <p className="crit" role="alert">
          {wordsOf(update.error)}
        </p>
      )}
      <button type="button" className="btn" disabled={update.isPending} onClick={act}>
        {disabled ? 'Let them sign in again' : isAsked ? `Disable ${visibleText(name)} now` : 'Disable …'}
      </button>
    </>
  );
};

import { ROLES, type PersonInput } from '@fleetscope/contracts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { peopleQuery } from '../../api/room-queries';
import { FormEnd } from '../../components/form-end';
import { ScopeFields } from '../../components/scope-fields';
import { scopeFrom, scopeText } from '../../components/scope';
import css from '../../components/room.module.css';

/** A local account. Whoever signs in by an identity provider needs none. */
export const AddPersonDialog = ({ onClose }: { onClose(): void }) => {
  const queries = useQueryClient();
  const [scope, setScope] = useState(scopeText(null));
  const add = useMutation({
    mutationFn: (body: PersonInput) => unwrap(client.POST('/api/v1/users', { body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: peopleQuery.queryKey });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const asked = scopeFrom(scope);
    if (asked === undefined) return;
    add.mutate({
      name: text('name'),
      email: text('email') || null,
      role: ROLES.find((role) => role === form.get('role')) ?? 'viewer',
      scope: asked,
      password: String(form.get('password') ?? ''),
    });
  };
  return (
    <Modal opened onClose={onClose} title="Add a user" size={560}>
      <form onSubmit={onSubmit} className={css.form}>
        <TextInput name="name" label="Name" placeholder="ada" required maxLength={64} data-autofocus />
        <TextInput name="email" label="Email" type="email" maxLength={254} />
        <NativeSelect name="role" label="May act as" defaultValue="operator" data={[...ROLES]} />
        <TextInput
          name="password"
          type="password"
          label="Password, 12 characters or more"
          required
          minLength={12}
          maxLength={256}
          autoComplete="new-password"
        />
        <ScopeFields value={scope} onChange={setScope} />
        <FormEnd error={add.error} isPending={add.isPending} submit="Add the user" />
      </form>
    </Modal>
  );
};

import { Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type SecretView } from '../../api/room-queries';
import { FormEnd } from '../../components/form-end';
import { KeyField } from './key-field';
import { usePutSecret } from './put-secret';
import css from '../../components/room.module.css';

interface Props {
  known: readonly SecretView[];
  onAdded(name: string): void;
  onClose(): void;
}

/** A private key under a name that hosts can be given. */
export const AddSecretDialog = ({ known, onAdded, onClose }: Props) => {
  const [problem, setProblem] = useState<Error | null>(null);
  const put = usePutSecret();
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get('name') ?? '').trim();
    // The API would put it in place of the one before, for every host that uses it.
    const isKnown = known.some((secret) => secret.name === name);
    setProblem(
      isKnown ? new Error(`There is a secret ${name} already: open it in the list to replace its key.`) : null,
    );
    if (isKnown) return;
    put.mutate(
      { name, privateKey: String(form.get('privateKey') ?? '') },
      {
        onSuccess: () => {
          onAdded(name);
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Add a secret" size={560}>
      <form onSubmit={onSubmit} className={css.form} autoComplete="off">
        <TextInput
          className={css.whole}
          name="name"
          label="Name"
          placeholder="deploy-key"
          description="Lower-case letters, digits and dashes"
          required
          pattern="[a-z0-9][a-z0-9\-]{0,63}"
          title="lower-case letters, digits and dashes, such as deploy-key"
          autoComplete="off"
          data-autofocus
        />
        <KeyField label="Private key" />
        <FormEnd error={problem ?? put.error} isPending={put.isPending} submit="Store it" />
      </form>
    </Modal>
  );
};

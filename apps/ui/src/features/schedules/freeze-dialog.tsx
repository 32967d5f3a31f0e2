import { Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { freezeQuery } from '../../api/room-queries';
import { FormEnd } from '../../components/form-end';
import css from '../../components/room.module.css';

/** Stops new work on the whole fleet, with the reason that everybody will read. */
export const FreezeDialog = ({ onClose }: { onClose(): void }) => {
  const queries = useQueryClient();
  const freeze = useMutation({
    mutationFn: (why: string) => unwrap(client.PUT('/api/v1/freeze', { body: { why } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: freezeQuery.queryKey });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    freeze.mutate(String(new FormData(event.currentTarget).get('why') ?? '').trim());
  };
  return (
    <Modal opened onClose={onClose} title="Freeze the fleet" size={520}>
      <p>No new work starts on any host, by hand or by the clock. What runs goes on.</p>
      <form onSubmit={onSubmit} className={css.form}>
        <TextInput
          className={css.whole}
          name="why"
          label="Why"
          placeholder="change freeze until Monday"
          required
          maxLength={300}
          data-autofocus
        />
        <FormEnd error={freeze.error} isPending={freeze.isPending} submit="Freeze it" />
      </form>
    </Modal>
  );
};

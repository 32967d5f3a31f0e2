import { type CreatedWebhook, WEBHOOK_EVENTS, WEBHOOK_FORMATS, type WebhookInput } from '@fleetscope/contracts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { webhooksQuery } from '../../api/integration-queries';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { ShownOnce } from '../../components/shown-once';
import css from '../../components/room.module.css';

type Format = (typeof WEBHOOK_FORMATS)[number];
const FORMATS: Readonly<Record<Format, string>> = {
  standard: 'a program: signed JSON (Standard Webhooks)',
  mattermost: 'a channel of Mattermost, or what takes the same',
  teams: 'a channel of Teams, by a workflow',
};

/** A URL that is told when an investigation has ended. */
export const AddWebhookDialog = ({ onAdded, onClose }: { onAdded(name: string): void; onClose(): void }) => {
  const queries = useQueryClient();
  const [format, setFormat] = useState<Format>('standard');
  const add = useMutation({
    // The URL and the answer are not kept for longer than they are shown.
    gcTime: 0,
    mutationFn: (body: WebhookInput) => unwrap(client.POST('/api/v1/webhooks', { body })) as Promise<CreatedWebhook>,
    onSuccess: async ({ name, secret }) => {
      await queries.invalidateQueries({ queryKey: webhooksQuery.queryKey });
      onAdded(name);
      if (secret === null) onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    add.mutate({ name: text('name'), url: text('url'), format, events: [...WEBHOOK_EVENTS] });
  };
  const secret = add.data?.secret;
  return (
    <Modal opened onClose={onClose} title="Add a webhook" size={560}>
      {secret ? (
        <ShownOnce secret={secret}>
          Messages are signed with this secret. This is the only time it is shown: give it to the program that takes
          them.
        </ShownOnce>
      ) : (
        <form onSubmit={onSubmit} className={css.form} autoComplete="off">
          <TextInput name="name" label="Name" placeholder="ops" required maxLength={64} data-autofocus />
          <NativeSelect
            label="Who takes it"
            value={format}
            onChange={({ currentTarget: { value } }) =>
              setFormat(WEBHOOK_FORMATS.find((one) => one === value) ?? 'standard')
            }
            data={WEBHOOK_FORMATS.map((value) => ({ value, label: FORMATS[value] }))}
          />
          <TextInput
            className={css.whole}
            name="url"
            label="URL"
            // Whoever has that of a channel can write there.
            type={format === 'standard' ? 'url' : 'password'}
            autoComplete="off"
            placeholder="https://ops.example/fleetscope"
            description={
              format === 'standard'
                ? 'Only its host is shown later.'
                : 'As good as a password: only its host is shown later.'
            }
            required
            maxLength={2_000}
          />
          <FormEnd error={add.error} isPending={add.isPending} submit="Add the webhook" />
        </form>
      )}
    </Modal>
  );
};

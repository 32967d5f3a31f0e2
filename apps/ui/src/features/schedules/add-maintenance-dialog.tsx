import { type MaintenanceInput } from '@fleetscope/contracts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { maintenanceQuery } from '../../api/room-queries';
import { ClassField } from '../../components/class-field';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { maintenanceFrom } from './maintenance';
import { NextTimes } from './next-times';
import css from '../../components/room.module.css';

/** Once, or again and again by a cron expression. */
export const AddMaintenanceDialog = ({ onClose }: { onClose(): void }) => {
  const queries = useQueryClient();
  const [kind, setKind] = useState<'once' | 'again'>('once');
  const [cron, setCron] = useState('');
  const [tz, setTz] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [problem, setProblem] = useState<Error | null>(null);
  const add = useMutation({
    mutationFn: (body: MaintenanceInput) => unwrap(client.POST('/api/v1/maintenance', { body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: maintenanceQuery.queryKey });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    const read = maintenanceFrom(
      {
        ...{ hostClass: text('class'), why: text('why'), kind, from: text('from'), cron, tz },
        duration: text('duration'),
      },
      Date.now(),
    );
    setProblem('problem' in read ? new Error(read.problem) : null);
    if ('input' in read) add.mutate(read.input);
  };
  return (
    <Modal opened onClose={onClose} title="Set a window of maintenance" size={560}>
      <form onSubmit={onSubmit} className={css.form}>
        <ClassField />
        <TextInput name="why" label="Why" placeholder="new kernels" required maxLength={300} data-autofocus />
        <NativeSelect
          label="How often"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value === 'again' ? 'again' : 'once')}
          data={[
            { value: 'once', label: 'once' },
            { value: 'again', label: 'again and again' },
          ]}
        />
        <TextInput name="duration" label="For how long" placeholder="2h" required />
        {kind === 'once' ? (
          <TextInput
            className={css.whole}
            name="from"
            type="datetime-local"
            label="From, on your clock"
            description="Left empty: from now on"
          />
        ) : (
          <>
            <TextInput
              label="When, as in crontab"
              placeholder="0 3 * * 0"
              required
              maxLength={120}
              value={cron}
              onChange={(event) => setCron(event.currentTarget.value)}
            />
            <TextInput label="Time zone" required value={tz} onChange={(event) => setTz(event.currentTarget.value)} />
            <NextTimes cron={cron} tz={tz} />
          </>
        )}
        <FormEnd error={problem ?? add.error} isPending={add.isPending} submit="Set the window" />
      </form>
    </Modal>
  );
};

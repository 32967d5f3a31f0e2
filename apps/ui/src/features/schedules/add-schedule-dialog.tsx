import { type ScheduleInput } from '@fleetscope/contracts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { runbooksQuery } from '../../api/queries';
import { schedulesQuery } from '../../api/room-queries';
import { ClassField } from '../../components/class-field';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { targetsOfClass } from '../../components/select-hosts';
import { NextTimes } from './next-times';
import css from '../../components/room.module.css';

const OVERLAPS = [
  { value: 'skip', label: 'leave this one out' },
  { value: 'queue', label: 'wait for it' },
  { value: 'allow', label: 'start beside it' },
] as const;

const MISSED = [
  { value: 'skip', label: 'leave them out' },
  { value: 'run-once', label: 'make up for them by one run' },
] as const;

type NewSchedule = Pick<ScheduleInput, 'name' | 'cron' | 'tz' | 'overlap' | 'missed' | 'jitter' | 'window'> & {
  runbook: string;
  hostClass: string;
};

/** A runbook on a class of hosts, or all, at the times of a cron expression; the server says when that is. */
export const AddScheduleDialog = ({ onClose }: { onClose(): void }) => {
  const queries = useQueryClient();
  const { data: runbooks } = useQuery(runbooksQuery);
  const [runbook, setRunbook] = useState('triage-60s');
  const [cron, setCron] = useState('');
  const [tz, setTz] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const add = useMutation({
    mutationFn: ({ runbook, hostClass, ...rest }: NewSchedule) =>
      unwrap(
        client.POST('/api/v1/schedules', {
          body: {
            ...rest,
            request: {
              runbook,
              targets: targetsOfClass(hostClass),
              parameters: {},
              reason: '',
            },
            spread: 'hosts',
            baseline: true,
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: schedulesQuery.queryKey });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    add.mutate({
      name: text('name'),
      cron: cron.trim(),
      tz: tz.trim(),
      overlap: OVERLAPS.find(({ value }) => value === text('overlap'))?.value ?? 'skip',
      missed: text('missed') === 'run-once' ? 'run-once' : 'skip',
      jitter: text('jitter') || '0s',
      window: text('window') || null,
      runbook,
      hostClass: text('class'),
    });
  };
  return (
    <Modal opened onClose={onClose} title="Add a schedule" size={560}>
      <form onSubmit={onSubmit} className={css.form}>
        <TextInput name="name" label="Name" placeholder="nightly-web" required maxLength={64} data-autofocus />
        <NativeSelect
          label="Runbook"
          value={runbook}
          onChange={(event) => setRunbook(event.currentTarget.value)}
          data={runbooks?.map(({ id }) => id) ?? [runbook]}
        />
        <ClassField className={css.whole} />
        <TextInput
          label="When, as in crontab"
          placeholder="30 3 * * *"
          required
          maxLength={120}
          value={cron}
          onChange={(event) => setCron(event.currentTarget.value)}
        />
        <TextInput label="Time zone" required value={tz} onChange={(event) => setTz(event.currentTarget.value)} />
        <NextTimes cron={cron} tz={tz} />
        <TextInput name="jitter" label="Spread the hosts over" placeholder="0s" />
        <TextInput name="window" label="Still start so much later" placeholder="1m" />
        <NativeSelect name="overlap" label="While the one before still runs" data={[...OVERLAPS]} />
        <NativeSelect name="missed" label="Times nobody was there for" data={[...MISSED]} />
        <FormEnd error={add.error} isPending={add.isPending} submit="Add it" />
      </form>
    </Modal>
  );
};

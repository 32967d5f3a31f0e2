import { type ArmedInput, WATCHED, WATCHED_NAMES } from '@fleetscope/contracts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { runbooksQuery } from '../../api/queries';
import { armedQuery } from '../../api/room-queries';
import { ClassField } from '../../components/class-field';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { armedFrom } from './armed';
import css from '../../components/room.module.css';

/** A cheap condition, for how long it is watched, and what starts where it holds. */
export const ArmDialog = ({ onClose }: { onClose(): void }) => {
  const queries = useQueryClient();
  const { data: runbooks } = useQuery(runbooksQuery);
  const [problem, setProblem] = useState<Error | null>(null);
  const arm = useMutation({
    mutationFn: (body: ArmedInput) => unwrap(client.POST('/api/v1/armed-captures', { body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: armedQuery.queryKey });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    const read = armedFrom({
      ...{ name: text('name'), hostClass: text('class'), watch: text('watch'), above: text('above') },
      ...{ readings: text('readings'), every: text('every'), duration: text('for'), maxHosts: text('maxHosts') },
      ...{ runbook: text('runbook'), reason: text('reason') },
    });
    setProblem('problem' in read ? new Error(read.problem) : null);
    if ('input' in read) arm.mutate(read.input);
  };
  return (
    <Modal opened onClose={onClose} title="Arm a capture" size={560}>
      <form onSubmit={onSubmit} className={css.form}>
        <TextInput name="name" label="Name" placeholder="night-stalls" required maxLength={64} data-autofocus />
        <ClassField />
        <NativeSelect
          name="watch"
          label="Watch"
          className={css.whole}
          data={WATCHED_NAMES.map((name) => ({ value: name, label: `${name}: ${WATCHED[name].title}` }))}
        />
        <TextInput name="above" label="It holds above" placeholder="20" required inputMode="decimal" />
        <TextInput name="readings" label="In so many readings in a row" placeholder="2" inputMode="numeric" />
        <TextInput name="every" label="Read every" placeholder="30s" />
        <TextInput name="for" label="For" placeholder="4h" />
        <NativeSelect
          name="runbook"
          label="Capture"
          data={runbooks?.map(({ id }) => id) ?? []}
          key={runbooks?.length ?? 0}
          defaultValue="cpu-profile"
        />
        <TextInput name="maxHosts" label="On so many hosts at most" placeholder="3" inputMode="numeric" />
        <TextInput name="reason" label="Why" className={css.whole} maxLength={300} />
        <FormEnd error={problem ?? arm.error} isPending={arm.isPending} submit="Arm it" />
      </form>
    </Modal>
  );
};

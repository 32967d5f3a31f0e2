import { type BulkHostChange, hostClassSchema, type HostView } from '@fleetscope/contracts';
import { Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { listed, plural } from '../../components/format';
import { labelsFromText } from '../../components/select-hosts';
import css from './add-host-dialog.module.css';

/** Class and labels of many hosts at once: all of them or none. */
export const BulkEditDialog = ({ hosts, onClose }: { hosts: readonly HostView[]; onClose(): void }) => {
  const queries = useQueryClient();
  const [problems, setProblems] = useState<{ hostClass?: string; add?: string }>({});
  const edit = useMutation({
    mutationFn: (change: Omit<BulkHostChange, 'hosts'>) =>
      unwrap(client.PATCH('/api/v1/hosts', { body: { ...change, hosts: hosts.map(({ name }) => name) } })),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: hostsQuery.queryKey }),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    const hostClass = text('class');
    const add = labelsFromText(text('add'));
    const wrongClass = hostClass !== '' && !hostClassSchema.safeParse(hostClass).success;
    setProblems({
      ...(wrongClass ? { hostClass: 'expected letters, digits, dots, dashes, such as web' } : {}),
      ...(add ? {} : { add: 'expected name=value, such as env=prod' }),
    });
    if (!wrongClass && add)
      edit.mutate({
        ...(hostClass ? { class: hostClass } : {}),
        set: add,
        drop: text('drop')
          .split(/[\s,]+/)
          .filter(Boolean),
      });
  };
  return (
    <Modal opened onClose={onClose} title={`Change ${plural(hosts.length, 'host')}`} size={520}>
      <form className={css.form} onSubmit={onSubmit} noValidate>
        <p className="dim">
          {listed(
            hosts.map(({ name }) => name),
            8,
          )}
        </p>
        <TextInput
          name="class"
          label="Class"
          placeholder="as it is"
          description="Hosts that should behave alike"
          error={problems.hostClass}
          data-autofocus
        />
        <TextInput
          name="add"
          label="Set labels"
          placeholder="env=prod rack=r14"
          description="What is there under the name is replaced"
          error={problems.add}
        />
        <TextInput name="drop" label="Take labels away" placeholder="rack" description="By name" />
        <FormEnd error={edit.error} isPending={edit.isPending} submit={`Change ${plural(hosts.length, 'host')}`} />
      </form>
    </Modal>
  );
};

import { type HostInput } from '@fleetscope/contracts';
import { Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import { FormEnd } from '../../components/form-end';
import { hostFromForm } from './add-host';
import css from './add-host-dialog.module.css';

export const AddHostDialog = ({ onClose, onAdded }: { onClose(): void; onAdded(name: string): void }) => {
  const queries = useQueryClient();
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [transport, setTransport] = useState('ssh');
  const add = useMutation({
    mutationFn: (host: HostInput) => unwrap(client.POST('/api/v1/hosts', { body: host })),
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries({ queryKey: hostsQuery.queryKey });
      onAdded(name);
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    const read = hostFromForm(fields);
    setProblems('problems' in read ? read.problems : {});
    if ('host' in read) add.mutate(read.host);
  };
  const isSsh = transport === 'ssh' || transport === 'openssh';
  return (
    <Modal opened onClose={onClose} title="Add a host" size={520}>
      <form className={css.form} onSubmit={onSubmit} noValidate>
        <TextInput name="name" label="Name" placeholder="db-07" data-autofocus required error={problems['name']} />
        <NativeSelect
          name="transport"
          label="How it is reached"
          value={transport}
          onChange={(event) => setTransport(event.currentTarget.value)}
          data={[
            { value: 'ssh', label: 'SSH' },
            { value: 'openssh', label: 'OpenSSH, as ssh_config says' },
            { value: 'local', label: 'It is the control plane’s own machine' },
          ]}
        />
        {isSsh && (
          <>
            <TextInput name="address" label="Address" placeholder="the name" error={problems['address']} />
            <TextInput name="port" label="Port" placeholder="22" inputMode="numeric" error={problems['port']} />
            <TextInput name="user" label="User" placeholder="the control plane’s" error={problems['user']} />
            <TextInput
              name="jump"
              label="Through hosts"
              placeholder="bastion"
              description="Names, first hop first"
              error={problems['jump']}
            />
            <TextInput
              name="identityFile"
              label="Private key"
              placeholder="/etc/fleetscope/ops"
              description="A file of the control plane"
              error={problems['identityFile']}
            />
          </>
        )}
        <TextInput
          name="class"
          label="Class"
          placeholder="default"
          description="Hosts that should behave alike"
          error={problems['class']}
        />
        <TextInput name="labels" label="Labels" placeholder="env=prod rack=r14" error={problems['labels']} />
        <Checkbox name="become" value="sudo" label="Run the probe through sudo" />
        <FormEnd error={add.error} isPending={add.isPending} submit="Add the host" />
      </form>
    </Modal>
  );
};

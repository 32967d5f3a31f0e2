import { hostClassSchema, type HostUpdate, type HostView } from '@fleetscope/contracts';
import { Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { listed, plural } from '../../components/format';
import { labelsFromText } from '../../components/select-hosts';
import { labelsAfter } from './labels-after';
import css from './add-host-dialog.module.css';

interface Change {
  readonly hostClass: string;
  readonly add: Readonly<Record<string, string>>;
  readonly drop: readonly string[];
}

/** Class and labels of many hosts at once; each host is one change, and one entry in the audit log. */
export const BulkEditDialog = ({ hosts, onClose }: { hosts: readonly HostView[]; onClose(): void }) => {
  const queries = useQueryClient();
  const [problems, setProblems] = useState<{ hostClass?: string; add?: string }>({});
  const [done, setDone] = useState(0);
  const edit = useMutation({
    mutationFn: async ({ hostClass, add, drop }: Change) => {
      setDone(0);
      for (const { name, labels } of hosts) {
        const after = labelsAfter(labels, add, drop);
        const body: Partial<HostUpdate> = {
          ...(hostClass ? { class: hostClass } : {}),
          ...(after ? { labels: after } : {}),
        };
        if (Object.keys(body).length > 0)
          await unwrap(client.PATCH('/api/v1/hosts/{name}', { params: { path: { name } }, body: body as HostUpdate }));
        setDone((before) => before + 1);
      }
    },
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
        hostClass,
        add,
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
        <FormEnd
          error={
            edit.error && new Error(`${done} of ${plural(hosts.length, 'host')} changed, then: ${wordsOf(edit.error)}`)
          }
          isPending={edit.isPending}
          submit={edit.isPending ? `${done} of ${hosts.length} …` : `Change ${plural(hosts.length, 'host')}`}
        />
      </form>
    </Modal>
  );
};

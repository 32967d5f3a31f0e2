import { agentInstallCommand, type Enrolment } from '@fleetscope/contracts';
import { Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { CopyButton } from '../../components/copy-button';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { formatClock } from '../../components/format';
import { labelsFromText } from '../../components/select-hosts';
import { useNow } from '../../components/use-now';
import css from '../../components/room.module.css';

/** Makes a token for one agent and shows the line that installs it. */
export const EnrolDialog = ({ onClose }: { onClose(): void }) => {
  const enrol = useMutation({
    mutationFn: ({ name, hostClass, labels }: { name: string; hostClass: string; labels: Record<string, string> }) =>
      unwrap(
        client.POST('/api/v1/agents/enrolments', {
          body: {
            name: name || null,
            class: hostClass || 'default',
            labels,
            expiresInMinutes: 15,
          },
        }),
      ) as Promise<Enrolment>,
  });
  const [labelProblem, setLabelProblem] = useState<string | null>(null);
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    const labels = labelsFromText(text('labels'));
    setLabelProblem(labels ? null : 'expected name=value, such as env=prod');
    if (labels) enrol.mutate({ name: text('name'), hostClass: text('class'), labels });
  };
  const now = useNow(60_000);
  const made = enrol.data;
  const url = window.location.origin;
  const command = made?.programSha256 ? agentInstallCommand(url, made.token, made.programSha256) : made?.token;
  return (
    <Modal opened onClose={onClose} title="Enrol an agent" size={640}>
      {made && command !== undefined ? (
        <>
          <p>
            Run this on the host, which needs Node 20 or newer. It enrols one agent, once, until{' '}
            {formatClock(made.expiresAt, now)}, and is not shown again.
          </p>
          <pre className={css.secret}>{command}</pre>
          {url.startsWith('http:') && (
            <p className="warn">
              Agents take http:// on this machine alone: elsewhere, put the https:// address of your proxy in its place.
            </p>
          )}
          <CopyButton text={command} />
        </>
      ) : (
        <form onSubmit={onSubmit} className={css.form}>
          <TextInput name="name" label="Host" placeholder="as its machine is called" data-autofocus />
          <TextInput name="class" label="Class" placeholder="default" />
          <TextInput
            name="labels"
            label="Labels"
            placeholder="env=prod rack=r14"
            className={css.whole}
            error={labelProblem}
          />
          <FormEnd error={enrol.error} isPending={enrol.isPending} submit="Make the line to run" />
        </form>
      )}
    </Modal>
  );
};

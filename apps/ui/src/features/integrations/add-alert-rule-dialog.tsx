import { type AlertRule } from '@fleetscope/contracts';
import { Modal, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { alertRulesQuery } from '../../api/integration-queries';
import { runbooksQuery } from '../../api/queries';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { alertRuleFrom, RED_QUERIES, RED_WORDS } from './alert-rule';
import { HookField } from './hook-field';
import css from '../../components/room.module.css';

/** Which alerts, what they start, and where. */
export const AddAlertRuleDialog = ({ onAdded, onClose }: { onAdded(name: string): void; onClose(): void }) => {
  const queries = useQueryClient();
  const { data: runbooks } = useQuery(runbooksQuery);
  const [problem, setProblem] = useState<Error | null>(null);
  const add = useMutation({
    mutationFn: (body: AlertRule) => unwrap(client.POST('/api/v1/alert-rules', { body })),
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries({ queryKey: alertRulesQuery.queryKey });
      onAdded(name);
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const read = alertRuleFrom(formText(event));
    setProblem('problem' in read ? new Error(read.problem) : null);
    if ('rule' in read) add.mutate(read.rule);
  };
  return (
    <Modal opened onClose={onClose} title="Add an alert rule" size={640}>
      <form onSubmit={onSubmit} className={css.form}>
        <TextInput name="name" label="Name" placeholder="slow-checkout" required maxLength={64} data-autofocus />
        <HookField label="Alerts of the hook" placeholder="any" />
        <Textarea
          className={css.whole}
          name="match"
          label="Alerts that have"
          description="label=value, a line each; * stands for any text; empty for all alerts"
          placeholder={'alertname=Slow*\nseverity=critical'}
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
        />
        <NativeSelect
          name="runbook"
          label="Start"
          data={runbooks?.map(({ id }) => id) ?? ['triage-60s']}
          key={runbooks?.length ?? 0}
          defaultValue="triage-60s"
        />
        <TextInput name="cooldown" label="Then rest for" placeholder="15m" />
        <p className={css.ask}>On which hosts: those that are named below, narrowed by labels.</p>
        <TextInput name="hostFrom" label="The host in the alert’s label" placeholder="instance" />
        <TextInput name="classFrom" label="The class in the alert’s label" placeholder="job" />
        <TextInput name="hosts" label="These hosts" placeholder="db-07 db-08" />
        <TextInput name="classes" label="These classes" placeholder="web" />
        <TextInput className={css.whole} name="labels" label="And these labels" placeholder="env=prod" />
        <details className={css.whole}>
          <summary>Parameters of the runbook, and what Prometheus says of the service</summary>
          <div className={css.form}>
            <Textarea
              className={css.whole}
              name="parameters"
              label="Parameters"
              description="name=value, a line each"
              placeholder="window=30s"
              autosize
              minRows={1}
              maxRows={6}
              spellCheck={false}
            />
            <TextInput
              className={css.whole}
              name="serviceLabel"
              label="The service in the alert’s label"
              placeholder="service"
            />
            {RED_QUERIES.map((query) => (
              <TextInput
                key={query}
                className={css.whole}
                name={query}
                label={RED_WORDS[query]}
                {...(query === 'rate' ? { placeholder: 'sum(rate(http_requests_total{service="$service"}[5m]))' } : {})}
                maxLength={2_000}
                spellCheck={false}
              />
            ))}
          </div>
        </details>
        <FormEnd error={problem ?? add.error} isPending={add.isPending} submit="Add the rule" />
      </form>
    </Modal>
  );
};

import { type AlertAnswer, type AlertResult } from '@fleetscope/contracts';
import { Modal, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { visibleText } from '../../components/visible-text';
import { OUTCOME_WORDS } from './alert-outcome';
import { HookField } from './hook-field';
import css from '../../components/room.module.css';

const EXAMPLE = '{"alerts":[{"status":"firing","labels":{"alertname":"SlowCheckout","instance":"web-1:9100"}}]}';

/** A notification as it would come in: what it would start. Nothing is started. */
export const TryAlertDialog = ({ onClose }: { onClose(): void }) => {
  const [problem, setProblem] = useState<Error | null>(null);
  const attempt = useMutation({
    mutationFn: (body: { hook: string; payload: unknown }) =>
      unwrap(client.POST('/api/v1/alert-rules/test', { body })) as Promise<AlertAnswer>,
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    try {
      const payload = JSON.parse(text('payload')) as unknown;
      setProblem(null);
      attempt.mutate({ hook: text('hook'), payload });
    } catch {
      setProblem(new Error('The message is no JSON: paste it as the hook gets it.'));
    }
  };
  return (
    <Modal opened onClose={onClose} title="Try an alert" size={640}>
      <form onSubmit={onSubmit} className={css.form}>
        <HookField className={css.whole} label="Hook" placeholder="am" required />
        <Textarea
          className={css.whole}
          classNames={{ input: 'mono' }}
          name="payload"
          label="Message"
          description="JSON, as that hook gets it; nothing is started"
          placeholder={EXAMPLE}
          required
          autosize
          minRows={5}
          maxRows={14}
          spellCheck={false}
          data-autofocus
        />
        <FormEnd error={problem ?? attempt.error} isPending={attempt.isPending} submit="What would it start?">
          {!problem && attempt.data && <Results results={attempt.data.results} />}
        </FormEnd>
      </form>
    </Modal>
  );
};

const Results = ({ results }: { results: readonly AlertResult[] }) => (
  <table className={css.plain} aria-label="What it would start">
    <thead>
      <tr>
        <th scope="col">Alert</th>
        <th scope="col">What becomes of it</th>
      </tr>
    </thead>
    <tbody aria-live="polite">
      {results.map(({ alert, rule, outcome, why }, i) => (
        <tr key={i}>
          <td>{visibleText(alert)}</td>
          <td>
            <span className={outcome === 'would-start' ? undefined : 'warn'}>
              {OUTCOME_WORDS[outcome]}
              {rule !== null && `, by the rule ${rule}`}
            </span>
            {why !== null && <small>{visibleText(why)}</small>}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

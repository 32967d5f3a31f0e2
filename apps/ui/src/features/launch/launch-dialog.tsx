import { type Preview } from '@fleetscope/contracts';
import { Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery, investigationsQuery, runbooksQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { type LaunchPreset } from '../../app/launch-context';
import { useMay } from '../../app/session';
import { listed, plural } from '../../components/format';
import { BlastRadius } from './blast-radius';
import { COST_WORDS, isWideOrHeavy, secondThought } from './impact';
import { ParameterFields } from './parameter-fields';
import { formFor, requestOf, type LaunchForm } from './request';
import { RolloutFields } from './rollout-fields';
import { TargetFields } from './target-fields';
import { usePlanned } from './use-planned';
import css from './launch-dialog.module.css';

/** A runbook, the hosts, the reason: Enter runs it. */
export const LaunchDialog = ({ preset, onClose }: { preset: LaunchPreset; onClose(): void }) => {
  const { data: runbooks, error: runbooksError } = useQuery(runbooksQuery);
  const { data: hosts, error: hostsError } = useQuery(hostsQuery);
  const [form, setForm] = useState<LaunchForm>(() => formFor(preset));
  // Enter was pressed before what it needs had been read.
  const [isWanted, setWanted] = useState(false);
  const change = (changes: Partial<LaunchForm>): void => {
    setWanted(false);
    setForm((before) => ({ ...before, ...changes }));
  };
  const runbook =
    runbooks?.find(({ id, aliases }) => id === form.runbook || aliases.includes(form.runbook)) ?? runbooks?.[0];
  const { targets, selected, isValid, preview, refusal, isSettled } = usePlanned(form, runbook, hosts);
  const isCommander = useMay('commander');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: (body: ReturnType<typeof requestOf>) => unwrap(client.POST('/api/v1/investigations', { body })),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: investigationsQuery.queryKey });
      onClose();
      void navigate({ to: '/investigations/$id', params: { id } });
    },
  });
  const isHeavy = runbook !== undefined && isWideOrHeavy(runbook.cost, selected.length);
  // What is asked about again is asked with its numbers: they have to be there.
  const canStart =
    runbook !== undefined &&
    targets !== null &&
    isValid &&
    !start.isPending &&
    refusal === null &&
    (!isHeavy || isSettled);
  // What was agreed to, as a sentence: whatever changes it has to be agreed to again.
  const [agreed, setAgreed] = useState<string | null>(null);
  const thought = runbook ? secondThought(runbook, selected.length, hosts?.length ?? 0, preview ?? null) : null;
  const asks = thought !== null && agreed === thought;
  // Still to be read: Enter counts as soon as it is there.
  const isComing = runbooks === undefined || hosts === undefined || (isHeavy && !isSettled && refusal === null);
  const formElement = useRef<HTMLFormElement>(null);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    setWanted(!canStart && isComing);
    if (!canStart) return;
    if (thought !== null && !asks) setAgreed(thought);
    else start.mutate(requestOf({ ...form, runbook: runbook.id }, runbook, targets));
  };
  useEffect(() => {
    if (isWanted && !isComing) formElement.current?.requestSubmit();
  });
  const failure = start.error ?? runbooksError ?? hostsError;
  return (
    <Modal opened onClose={onClose} title="Start an investigation" size={640} classNames={{ body: css.body }}>
      <form ref={formElement} className={css.form} onSubmit={onSubmit}>
        <NativeSelect
          label="Runbook"
          description={runbook?.description}
          value={runbook?.id ?? ''}
          onChange={(event) => change({ runbook: event.currentTarget.value, parameters: {} })}
          data={runbooks?.map(({ id, title, cost }) => ({ value: id, label: `${title} (${id}, ${cost})` })) ?? []}
        />
        {runbook && <p className={css.cost}>Cost {COST_WORDS[runbook.cost]}.</p>}
        <TargetFields form={form} onChange={change} />
        <p className={css.count} role="status" data-targets={selected.length}>
          <b>{hosts ? plural(selected.length, 'host') : 'Counting hosts …'}</b>{' '}
          {selected.length > 0 && <span className="dim">{listed(selected, 6)}</span>}
          {hosts && selected.length === 0 && <span className="dim">{emptyWords(hosts.length, form)}</span>}
        </p>
        {runbook && <ParameterFields runbook={runbook} form={form} onChange={change} />}
        <TextInput
          label="Reason"
          placeholder="checkout p99 80 → 600 ms"
          description="Stands in the audit log and on the page"
          maxLength={500}
          value={form.reason}
          data-autofocus
          onChange={(event) => change({ reason: event.currentTarget.value })}
        />
        {runbook?.checklist && <Escalation escalate={form.escalate} onChange={change} />}
        <RolloutFields form={form.rollout} onChange={(rollout) => change({ rollout })} />
        {selected.length > 0 && <BlastRadius preview={preview} error={refusal} names={selected} />}
        {isCommander && <Despite form={form} preview={preview} onChange={change} />}
        <div className={css.foot}>
          {failure && (
            <p className="crit" role="alert">
              {wordsOf(failure)}
            </p>
          )}
          {asks && (
            <p className={css.again} role="alert">
              {thought} Start it all the same?
            </p>
          )}
          <div className={css.acts}>
            <button type="submit" className="btn primary" disabled={!canStart && !isComing} aria-busy={isWanted}>
              {start.isPending || isWanted
                ? 'Starting …'
                : `${asks ? 'Yes, start' : 'Start'} on ${plural(selected.length, 'host')}${thought !== null && !asks ? ' …' : ''}`}{' '}
              <kbd>Enter</kbd>
            </button>
            <button type="button" className="btn" onClick={onClose}>
              Close <kbd>Esc</kbd>
            </button>
          </div>
        </div>
      </form>
    </Modal>
  );
};

const emptyWords = (inFleet: number, { scope, query }: LaunchForm): string => {
  if (inFleet === 0) return 'add a host first';
  return scope === 'some' && query !== '' ? 'no host holds these words' : 'choose a class, a label or hosts';
};

const ESCALATIONS = [1, 2, 3, 5, 10].map((count) => ({
  value: String(count),
  label: `capture what was found on ${count === 1 ? 'the worst host' : `the ${count} worst hosts`} and a healthy one`,
}));

const Escalation = ({ escalate, onChange }: { escalate: number; onChange(changes: Partial<LaunchForm>): void }) => (
  <NativeSelect
    label="Afterwards"
    value={String(escalate)}
    onChange={(event) => onChange({ escalate: Number(event.currentTarget.value) })}
    data={[{ value: '0', label: 'nothing more' }, ...ESCALATIONS]}
  />
);

/** What only a commander may go on in spite of; asked where it stands in the way. */
const Despite = ({
  form,
  preview,
  onChange,
}: {
  form: LaunchForm;
  preview: Preview | undefined;
  onChange(changes: Partial<LaunchForm>): void;
}) => (
  <>
    {preview?.frozen && (
      <Checkbox
        label="Start it though the fleet is frozen"
        checked={form.despiteFreeze}
        onChange={(event) => onChange({ despiteFreeze: event.currentTarget.checked })}
      />
    )}
    {(form.despiteBudget || preview?.attention.some(({ kind }) => kind === 'budget')) && (
      <Checkbox
        label="Run on hosts over their budget, too"
        checked={form.despiteBudget}
        onChange={(event) => onChange({ despiteBudget: event.currentTarget.checked })}
      />
    )}
  </>
);

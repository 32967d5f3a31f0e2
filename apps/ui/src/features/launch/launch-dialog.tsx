import { type Runbook } from '@fleetscope/contracts';
import { Modal, MultiSelect, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery, investigationsQuery, runbooksQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { type LaunchPreset } from '../../app/launch-context';
import { listed, plural } from '../../components/format';
import { facets, selectHosts } from '../../components/select-hosts';
import { ParameterFields } from './parameter-fields';
import { COST_WORDS, formFor, parameterProblem, requestOf, secondThought, targetsOf, type LaunchForm } from './request';
import css from './launch-dialog.module.css';

/** A runbook, the hosts, the reason: Enter runs it. */
export const LaunchDialog = ({ preset, onClose }: { preset: LaunchPreset; onClose(): void }) => {
  const { data: runbooks, error: runbooksError } = useQuery(runbooksQuery);
  const { data: hosts, error: hostsError } = useQuery(hostsQuery);
  const [form, setForm] = useState<LaunchForm>(() => formFor(preset));
  const change = (changes: Partial<LaunchForm>): void => setForm((before) => ({ ...before, ...changes }));
  const runbook =
    runbooks?.find(({ id, aliases }) => id === form.runbook || aliases.includes(form.runbook)) ?? runbooks?.[0];
  const selected = useMemo(() => selectHosts(hosts ?? [], targetsOf(form)), [hosts, form]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: (chosen: Runbook) =>
      unwrap(client.POST('/api/v1/investigations', { body: requestOf({ ...form, runbook: chosen.id }, chosen) })),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: investigationsQuery.queryKey });
      onClose();
      void navigate({ to: '/investigations/$id', params: { id } });
    },
  });
  const problems = runbook
    ? Object.entries(runbook.parameters).map(([name, parameter]) =>
        parameterProblem(parameter, form.parameters[name] ?? ''),
      )
    : [];
  const canStart =
    runbook !== undefined && selected.length > 0 && problems.every((problem) => problem === null) && !start.isPending;
  // What was agreed to, as a sentence: whatever changes it has to be agreed to again.
  const [agreed, setAgreed] = useState<string | null>(null);
  const thought = runbook ? secondThought(runbook, selected.length, hosts?.length ?? 0) : null;
  const asks = thought !== null && agreed === thought;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!canStart) return;
    if (thought !== null && !asks) setAgreed(thought);
    else start.mutate(runbook);
  };
  const failure = start.error ?? runbooksError ?? hostsError;
  return (
    <Modal opened onClose={onClose} title="Start an investigation" size={560} classNames={{ body: css.body }}>
      <form className={css.form} onSubmit={onSubmit}>
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
          {selected.length > 0 && (
            <span className="dim" title={selected.map(({ name }) => name).join(', ')}>
              {listed(
                selected.map(({ name }) => name),
                6,
              )}
            </span>
          )}
          {hosts && selected.length === 0 && (
            <span className="dim">{hosts.length === 0 ? 'add a host first' : 'choose a class, a label or hosts'}</span>
          )}
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
        {runbook?.checklist && (
          <NativeSelect
            label="Afterwards"
            value={String(form.escalate)}
            onChange={(event) => change({ escalate: Number(event.currentTarget.value) })}
            data={[
              { value: '0', label: 'nothing more' },
              ...[1, 2, 3, 5, 10].map((count) => ({
                value: String(count),
                label: `capture what was found on ${count === 1 ? 'the worst host' : `the ${count} worst hosts`} and a healthy one`,
              })),
            ]}
          />
        )}
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
          <button type="submit" className="btn primary" disabled={!canStart}>
            {start.isPending
              ? 'Starting …'
              : `${asks ? 'Yes, start' : 'Start'} on ${plural(selected.length, 'host')}${thought !== null && !asks ? ' …' : ''}`}{' '}
            <kbd>Enter</kbd>
          </button>
          <button type="button" className="btn" onClick={onClose}>
            Close <kbd>Esc</kbd>
          </button>
        </div>
      </form>
    </Modal>
  );
};

/** More than these are said as a number. */
const MOST_PILLS = 24;

const TargetFields = ({ form, onChange }: { form: LaunchForm; onChange(changes: Partial<LaunchForm>): void }) => {
  const { data: hosts } = useQuery(hostsQuery);
  const { classes, labels } = useMemo(() => facets(hosts ?? []), [hosts]);
  const option = ([value, count]: [string, number]): { value: string; label: string } => ({
    value,
    label: `${value} (${count})`,
  });
  return (
    <fieldset className={css.targets}>
      <legend>Hosts</legend>
      <div className={css.scope}>
        {(['all', 'some'] as const).map((scope) => (
          <button
            key={scope}
            type="button"
            className="chip"
            aria-pressed={form.scope === scope}
            onClick={() => onChange({ scope })}
          >
            {scope === 'all' ? `All ${hosts?.length ?? ''}` : 'By class, label or name'}
          </button>
        ))}
      </div>
      {form.scope === 'some' && (
        <div className={css.fields}>
          <MultiSelect
            label="Classes"
            searchable
            clearable
            data={classes.map(option)}
            value={form.classes}
            onChange={(next) => onChange({ classes: next })}
            comboboxProps={{ withinPortal: true }}
          />
          {labels.length > 0 && (
            <MultiSelect
              label="Labels, all of them"
              searchable
              clearable
              data={labels.map(option)}
              value={form.labels}
              onChange={(next) => onChange({ labels: next })}
            />
          )}
          {form.hosts.length > MOST_PILLS ? (
            <p className={css.wide}>
              {plural(form.hosts.length, 'host')} chosen by name{' '}
              <button type="button" className="link" onClick={() => onChange({ hosts: [] })}>
                Choose others
              </button>
            </p>
          ) : (
            <MultiSelect
              className={css.wide}
              label="Hosts by name"
              searchable
              clearable
              limit={100}
              data={hosts?.map(({ name }) => name) ?? []}
              value={form.hosts}
              onChange={(next) => onChange({ hosts: next })}
            />
          )}
        </div>
      )}
    </fieldset>
  );
};

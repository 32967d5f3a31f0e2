import { MultiSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { hostsQuery } from '../../api/queries';
import { plural } from '../../components/format';
import { facets } from '../../components/select-hosts';
import { type LaunchForm } from './request';
import css from './launch-dialog.module.css';

/** More than these are said as a number. */
const MOST_PILLS = 24;

/** Which hosts: all, or by class, label, name, or words that are looked for. */
export const TargetFields = ({
  form,
  onChange,
}: {
  form: LaunchForm;
  onChange(changes: Partial<LaunchForm>): void;
}) => {
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
            {scope === 'all' ? `All ${hosts?.length ?? ''}` : 'By class, label, name or words'}
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
          <TextInput
            label="Hosts that hold these words"
            placeholder="db eu-west"
            description="In name, address, class or labels"
            value={form.query}
            onChange={(event) => onChange({ query: event.currentTarget.value.trimStart() })}
          />
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

import { type Parameter, type Runbook } from '@fleetscope/contracts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type LaunchForm, isRequired, parameterHelp, parameterProblem } from './request';
import css from './launch-dialog.module.css';

interface Props {
  runbook: Runbook;
  form: LaunchForm;
  onChange(changes: Partial<LaunchForm>): void;
}

/** A field for each parameter of the runbook; those it can't start without come first. */
export const ParameterFields = ({ runbook, form, onChange }: Props) => {
  const entries = Object.entries(runbook.parameters).sort(
    ([, a], [, b]) => Number(isRequired(b)) - Number(isRequired(a)),
  );
  if (entries.length === 0) return null;
  return (
    <div className={css.fields}>
      {entries.map(([name, parameter]) => (
        <Field
          key={`${runbook.id} ${name}`}
          label={parameter.title ?? name}
          parameter={parameter}
          value={form.parameters[name] ?? ''}
          onChange={(next) => onChange({ parameters: { ...form.parameters, [name]: next } })}
        />
      ))}
    </div>
  );
};

const Field = ({
  label,
  parameter,
  value,
  onChange,
}: {
  label: string;
  parameter: Parameter;
  value: string;
  onChange(value: string): void;
}) => {
  const [wasLeft, setLeft] = useState(false);
  if (parameter.type === 'choice')
    return (
      <NativeSelect
        label={label}
        description="One of these"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[
          { value: '', label: parameter.default ?? 'none' },
          ...parameter.values.filter((one) => one !== parameter.default),
        ]}
      />
    );
  const problem = parameterProblem(parameter, value);
  return (
    <TextInput
      label={label}
      required={isRequired(parameter)}
      withAsterisk={isRequired(parameter)}
      description={parameterHelp(parameter)}
      placeholder={parameter.default === null ? (isRequired(parameter) ? '' : 'any') : String(parameter.default)}
      value={value}
      // What is still empty is not wrong before somebody has been there.
      error={value === '' && !wasLeft ? null : problem}
      onBlur={() => setLeft(true)}
      onChange={(event) =>
        onChange(parameter.type === 'text' ? event.currentTarget.value : event.currentTarget.value.trim())
      }
    />
  );
};

import { TextInput } from '@mantine/core';
import { rolloutWords } from '../../components/rollout-words';
import { ROLLOUT_FIELDS, rolloutOf, type RolloutForm } from './rollout';
import css from './launch-dialog.module.css';

/** How it begins on many hosts, and when it is stopped; out of the way until somebody wants it. */
export const RolloutFields = ({ form, onChange }: { form: RolloutForm; onChange(form: RolloutForm): void }) => {
  const { rollout, problems } = rolloutOf(form);
  return (
    <details className={css.rollout}>
      <summary>
        Rollout <span className="dim">{rollout ? rolloutWords(rollout) : 'on all hosts at once'}</span>
      </summary>
      {ROLLOUT_FIELDS.map(({ title, fields }) => (
        <fieldset key={title} className={css.group}>
          <legend>{title}</legend>
          {fields.map(({ name, label, placeholder }) => (
            <TextInput
              key={name}
              label={label}
              placeholder={placeholder}
              inputMode={name === 'label' ? 'text' : 'decimal'}
              value={form[name]}
              error={problems[name]}
              onChange={(event) => onChange({ ...form, [name]: event.currentTarget.value.trim() })}
            />
          ))}
        </fieldset>
      ))}
    </details>
  );
};

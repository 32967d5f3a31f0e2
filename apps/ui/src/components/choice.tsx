import css from './choice.module.css';

export interface ChoiceOption {
  readonly value: string;
  readonly label: string;
}

/** A labelled list to choose from; what differs from the usual (the first) is marked. */
export const Choice = ({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly ChoiceOption[];
  onChange(value: string): void;
}) => (
  <label className={css.choice} data-set={value !== options[0]?.value}>
    {label}
    <select className="field" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
      {!options.some((option) => option.value === value) && <option value={value}>{value}</option>}
    </select>
  </label>
);

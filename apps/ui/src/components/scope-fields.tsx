import { TextInput } from '@mantine/core';
import { scopeFrom, type ScopeText } from './scope';

/** Which hosts somebody may see and reach. */
export const ScopeFields = ({ value, onChange }: { value: ScopeText; onChange(value: ScopeText): void }) => (
  <>
    <TextInput
      label="Only these classes"
      placeholder="all"
      value={value.classes}
      onChange={(event) => onChange({ ...value, classes: event.currentTarget.value })}
    />
    <TextInput
      label="And these labels"
      placeholder="env=prod"
      value={value.labels}
      error={scopeFrom(value) === undefined ? 'expected name=value, such as env=prod' : null}
      onChange={(event) => onChange({ ...value, labels: event.currentTarget.value })}
    />
  </>
);

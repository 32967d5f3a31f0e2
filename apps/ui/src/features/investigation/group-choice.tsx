import { useMemo } from 'react';
import { type InvestigationSearch } from '../../app/search';
import { Choice } from '../../components/choice';
import { type GroupedRun, traits } from './groups';

/** What the hosts are grouped by; not there where they don't differ. */
export const GroupChoice = ({
  by,
  runs,
  onChange,
}: {
  by: string | undefined;
  runs: readonly GroupedRun[];
  onChange(changes: Pick<InvestigationSearch, 'by' | 'only'>): void;
}) => {
  // Labels and classes stay as they are while an investigation runs: only new hosts would bring others.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- reading all runs at every event would be for nothing
  const names = useMemo(() => traits(runs), [runs.length]);
  if (names.length === 0) return null;
  return (
    <Choice
      label="By"
      value={by ?? ''}
      options={[{ value: '', label: 'nothing' }, ...names.map((name) => ({ value: name, label: name }))]}
      onChange={(next) => onChange({ by: next || undefined, only: undefined })}
    />
  );
};

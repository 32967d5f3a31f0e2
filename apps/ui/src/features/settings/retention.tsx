import { type RetainedKind, type StorageKind } from '@fleetscope/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { storageQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { plural } from '../../components/format';
import { KIND_WORDS } from './storage-words';
import css from '../../components/room.module.css';

/** For how long a kind of data is kept; whoever may, sets it. */
export const Retention = ({ kind, mayChange }: { kind: StorageKind; mayChange: boolean }) => {
  if (kind.kind === 'audit' || kind.keptDays === null) return <>for good</>;
  if (!mayChange) return <>{plural(kind.keptDays, 'day')}</>;
  return <DaysForm key={kind.keptDays} kind={kind.kind} days={kind.keptDays} />;
};

const DaysForm = ({ kind, days }: { kind: RetainedKind; days: number }) => {
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: (next: number) =>
      unwrap(client.PUT('/api/v1/storage/retention/{kind}', { params: { path: { kind } }, body: { days: next } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: storageQuery.queryKey }),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    set.mutate(Number(new FormData(event.currentTarget).get('days')));
  };
  const title = KIND_WORDS[kind].title;
  return (
    <form className={css.days} onSubmit={onSubmit}>
      <input
        className="field"
        name="days"
        type="number"
        min={1}
        max={3650}
        required
        defaultValue={days}
        aria-label={`${title}: days kept`}
      />
      days
      <button type="submit" className="btn small" disabled={set.isPending} aria-label={`Set the days of ${title}`}>
        Set
      </button>
      {set.error && (
        <small className="crit" role="alert">
          {wordsOf(set.error)}
        </small>
      )}
    </form>
  );
};

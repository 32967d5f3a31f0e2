import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../api/client';
import { wordsOf } from '../api/problem';
import { freezeQuery } from '../api/room-queries';
import { formatClock } from '../components/format';
import { useNow } from '../components/use-now';
import { visibleText } from '../components/visible-text';
import { useMay } from './session';
import css from './shell.module.css';

/** On every page while no new work starts: why, who said so, and how it ends. */
export const FreezeBanner = () => {
  const queries = useQueryClient();
  const { data } = useQuery(freezeQuery);
  const mayThaw = useMay('commander');
  const now = useNow(60_000);
  const thaw = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/freeze')),
    onSuccess: () => queries.invalidateQueries({ queryKey: freezeQuery.queryKey }),
  });
  if (!data?.frozen) return null;
  return (
    <div className={css.frozen} role="status" aria-label="The fleet is frozen">
      <b>The fleet is frozen</b>
      <span>
        Nothing new starts{data.why && `: ${visibleText(data.why)}`}
        {data.by && ` · ${visibleText(data.by)}`}
        {data.at && `, ${formatClock(data.at, now)}`}
      </span>
      {mayThaw && (
        <button type="button" className="btn" disabled={thaw.isPending} onClick={() => thaw.mutate()}>
          Let work start again
        </button>
      )}
      {thaw.error && <span className="crit">{wordsOf(thaw.error)}</span>}
    </div>
  );
};

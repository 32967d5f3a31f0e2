import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '../../api/client';
import { storageQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { sweptWords } from './storage-words';

/** Takes away now what is past its time; otherwise it goes within the hour. */
export const SweepButton = () => {
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const sweep = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/storage/sweep')),
    onSuccess: () => queries.invalidateQueries({ queryKey: storageQuery.queryKey }),
    onSettled: () => setAsked(false),
  });
  return (
    <>
      <span role="status" className={sweep.error ? 'crit' : 'dim'}>
        {sweep.error ? wordsOf(sweep.error) : sweep.data && sweptWords(sweep.data)}
      </span>
      <button
        type="button"
        className="btn"
        disabled={sweep.isPending}
        onClick={() => (isAsked ? sweep.mutate() : setAsked(true))}
      >
        {isAsked ? 'Take away what is past its time' : 'Sweep now …'}
      </button>
    </>
  );
};

import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { secretsQuery } from '../../api/room-queries';

interface Given {
  name: string;
  privateKey: string;
}

/** Stores a private key under a name, in place of the one before. The key is not kept here. */
export const usePutSecret = (): UseMutationResult<unknown, Error, Given> => {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: ({ name, privateKey }: Given) =>
      unwrap(client.PUT('/api/v1/secrets/{name}', { params: { path: { name } }, body: { privateKey } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: secretsQuery.queryKey }),
  });
};

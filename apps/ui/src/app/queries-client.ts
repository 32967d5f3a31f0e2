import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem';

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer is an answer; only silence and faults of ours are worth asking again.
      retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.status < 500),
    },
  },
});

import { type paths, type Problem } from '@fleetscope/contracts';
import createClient from 'openapi-fetch';
import { ApiProblem } from './problem';

/** The typed client; the session cookie goes with every call. */
export const client = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });

type Listener = () => void;
let whenUnauthorised: Listener = () => undefined;
/** Called when a call finds that there is no session (any more). */
export const onUnauthorised = (listener: Listener): void => {
  whenUnauthorised = listener;
};
export const reportUnauthorised = (): void => whenUnauthorised();

client.use({
  onResponse({ response, schemaPath }) {
    // These two ask whether there is a session: "no" is an answer there.
    if (response.status === 401 && schemaPath !== '/api/v1/session' && schemaPath !== '/api/v1/me') whenUnauthorised();
    return undefined;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or an ApiProblem thrown. */
export const unwrap = async <T>(call: Promise<Answer<T>>): Promise<T> => {
  const { data, error, response } = await call;
  if (!response.ok) {
    const isProblem = typeof error === 'object' && error !== null && 'detail' in error;
    throw new ApiProblem(response.status, isProblem ? (error as Problem) : null);
  }
  return data as T;
};

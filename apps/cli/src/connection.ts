import { EXIT, type paths, type Problem } from '@fleetscope/contracts';
import { readFileSync } from 'node:fs';
import createClient, { type Client } from 'openapi-fetch';
import { CliError } from './cli-error';
import { dataDir, readState, tokenFile } from './installation/installation';

/** Options that every verb which talks to a control plane takes. */
export interface ConnectionOptions {
  data?: string;
  server?: string;
  tokenFile?: string;
}

export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly api: Client<paths>;
}

const readToken = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CliError(
      code === 'EACCES' ? `${file} can be read by its owner alone` : `there is no token in ${file}`,
      EXIT.usage,
      code === 'EACCES' ? 'run this as the user who ran `fleetscope up`, or ask for a token of your own' : undefined,
    );
  }
};

const locate = (options: ConnectionOptions): { url: string; token: string } => {
  const server = options.server ?? process.env['FLEETSCOPE_URL'];
  if (server) {
    if (!/^https?:\/\/[^/\s]+/.test(server))
      throw new CliError(`--server: expected a URL such as https://fleetscope.example, got ${server}`);
    const token = options.tokenFile ? readToken(options.tokenFile) : process.env['FLEETSCOPE_TOKEN'];
    if (!token)
      throw new CliError('a remote server needs a token', EXIT.usage, 'give --token-file FILE or set FLEETSCOPE_TOKEN');
    return { url: server.replace(/\/+$/, ''), token };
  }
  const dir = dataDir(options.data);
  const state = readState(dir);
  if (!state) {
    throw new CliError(
      `no control plane runs on ${dir}`,
      EXIT.usage,
      'start one with `fleetscope up --detach`, or give --server URL --token-file FILE',
    );
  }
  return { url: state.url, token: options.tokenFile ? readToken(options.tokenFile) : readToken(tokenFile(dir)) };
};

export const connect = (options: ConnectionOptions): Connection => {
  const { url, token } = locate(options);
  const api = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });
  return { url, token, api };
};

const describe = (problem: Problem): string => {
  const more = (problem.errors ?? [])
    .slice(1)
    .map(({ path, expected, got }) => `\n  ${path}: expected ${expected}${got ? `, got ${got}` : ''}`);
  return `${problem.detail}${more.join('')}`;
};

/** The body of an answer. @throws CliError with what the server said, or that it could not be reached. */
export const answer = async <T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> => {
  let result: Awaited<typeof call>;
  try {
    result = await call;
  } catch (error) {
    const cause = (error as Error & { cause?: Error }).cause?.message ?? (error as Error).message;
    throw new CliError(
      `the server could not be reached: ${cause}`,
      EXIT.fault,
      '`fleetscope status` says whether it runs',
    );
  }
  if (result.response.ok) return result.data as T;
  const problem = result.error as Problem | undefined;
  const status = result.response.status >= 500 ? EXIT.fault : EXIT.usage;
  if (problem && typeof problem === 'object' && 'detail' in problem)
    throw new CliError(describe(problem), status, problem.hint);
  throw new CliError(`the server answered ${result.response.status}`, status);
};

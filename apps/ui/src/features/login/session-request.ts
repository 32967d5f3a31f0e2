import { type Identity } from '@fleetscope/contracts';
import { client, unwrap } from '../../api/client';

const asked = new Map<string, Promise<Identity>>();

export type Shown = { code: string } | { token: string } | { name: string; password: string };

/** A code works once: asked twice (a double mount), it is sent once. */
export const openSession = (secret: Shown): Promise<Identity> => {
  const key = JSON.stringify(secret);
  const before = 'code' in secret ? asked.get(key) : undefined;
  const answer = before ?? (unwrap(client.POST('/api/v1/session', { body: secret })) as Promise<Identity>);
  asked.set(key, answer);
  return answer;
};

const takeFromHash = (name: string): string | null => {
  const value = new URLSearchParams(window.location.hash.slice(1)).get(name);
  if (value !== null) window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return value;
};

/** The one-time code of the address, which is taken out of it: it must not stay in the history. */
export const takeCode = (): string | null => takeFromHash('code');

/** Why the identity provider's answer opened no session, in words. */
export const takeProblem = (): string | null => {
  const problem = takeFromHash('problem');
  if (problem === null) return null;
  return problem === 'refused'
    ? 'You are known there, but have no role here. Ask an administrator of Fleetscope.'
    : 'Signing in there did not work. Try again; the log of Fleetscope says why.';
};

/** The identity provider's name; null when there is none. */
export const askProvider = async (): Promise<string | null> =>
  (await unwrap(client.GET('/api/v1/session/ways'))).provider;

const WANTED = 'fleetscope-wanted';

/** A login link is opened in the place of the page one wanted: remember it for this tab. */
export const rememberWanted = (to: string | undefined): void => {
  try {
    if (to !== undefined) sessionStorage.setItem(WANTED, to);
  } catch {
    // storage is switched off: one starts at the list
  }
};

export const takeWanted = (): string => {
  try {
    const to = sessionStorage.getItem(WANTED);
    sessionStorage.removeItem(WANTED);
    return to ?? '/investigations';
  } catch {
    return '/investigations';
  }
};

import { type Identity } from '@fleetscope/contracts';
import { client, unwrap } from '../../api/client';

const asked = new Map<string, Promise<Identity>>();

/** A code works once: asked twice (a double mount), it is sent once. */
export const openSession = (secret: { code: string } | { token: string }): Promise<Identity> => {
  const key = JSON.stringify(secret);
  const before = 'code' in secret ? asked.get(key) : undefined;
  const answer = before ?? (unwrap(client.POST('/api/v1/session', { body: secret })) as Promise<Identity>);
  asked.set(key, answer);
  return answer;
};

/** The one-time code of the address, which is taken out of it: it must not stay in the history. */
export const takeCode = (): string | null => {
  const code = new URLSearchParams(window.location.hash.slice(1)).get('code');
  if (code !== null) window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return code;
};

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

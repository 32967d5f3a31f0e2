import { type HostCheck, type PresentedKey } from '@fleetscope/contracts';
import { client, unwrap } from '../../api/client';
import { wordsOf } from '../../api/problem';

/** What the first contact with a host came to. */
export type Contact =
  | { readonly state: 'waiting' | 'ready' }
  /** It shows a key that nobody has trusted yet. */
  | { readonly state: 'key'; readonly key: PresentedKey }
  | { readonly state: 'failed'; readonly reason: string };

/** Checks a host; where only its key is in the way, that key is what is told. */
export const contact = async (name: string): Promise<Contact> => {
  const path = { name };
  try {
    const check = (await unwrap(client.POST('/api/v1/hosts/{name}/check', { params: { path } }))) as HostCheck;
    if (check.state === 'reachable') return { state: 'ready' };
    const failed = { state: 'failed', reason: check.reason ?? check.state } as const;
    if (check.state !== 'refused') return failed;
    const key = (await unwrap(client.GET('/api/v1/hosts/{name}/presented-key', { params: { path } }))) as PresentedKey;
    return key.known === 'unknown' ? { state: 'key', key } : failed;
  } catch (error) {
    return { state: 'failed', reason: wordsOf(error) };
  }
};

export const trust = async (name: string, { fingerprint }: PresentedKey): Promise<void> => {
  await unwrap(
    client.POST('/api/v1/hosts/{name}/trust', {
      params: { path: { name } },
      body: { fingerprint, replace: false },
    }),
  );
};

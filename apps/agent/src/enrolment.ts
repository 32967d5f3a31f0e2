import { createHash } from 'node:crypto';
import { AgentError, EXIT_USAGE } from './agent-error';
import { backoffMs, BUSY_BACKOFF, pause } from './backoff';
import { ControlPlaneClient, Refusal } from './control-plane.client';
import { publicKeyText, type Identity, type IdentityStore } from './identity.store';
import { type Log } from './log';
import { VERSION, type Settings } from './settings';

const TRIES = 8;

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Shows the token and the public key once; the identity is kept. A lost answer is asked for again with the same key. */
export const enrol = async (
  settings: Settings,
  store: IdentityStore,
  log: Log,
  now: () => number,
): Promise<Identity> => {
  const { server, enrolToken: token } = settings;
  if (!server || !token)
    throw new AgentError(
      `this agent is not enrolled: ${server ? 'an enrolment token' : '--server URL'} is missing`,
      EXIT_USAGE,
      '`fleetscope agents enrol` on the control plane prints the whole command',
    );
  const key = store.key();
  const client = new ControlPlaneClient(server, key, log, now);
  const request = { token, publicKey: publicKeyText(key), hostname: settings.hostname, version: VERSION };
  for (let tries = 1; ; tries += 1) {
    try {
      const identity = { ...(await client.enrol(request)), server, enrolledWith: tokenHash(token) };
      store.keep(identity);
      log(`enrolled as ${identity.host} at ${server}`);
      return identity;
    } catch (error) {
      if (error instanceof Refusal && error.status < 500 && error.status !== 429)
        throw new AgentError(error.message, EXIT_USAGE, error.hint ?? undefined);
      if (tries >= TRIES) throw new AgentError(`${server} can't be reached: ${(error as Error).message}`, EXIT_USAGE);
      await pause(backoffMs(tries, BUSY_BACKOFF));
    }
  }
};

import { type HostView, type PresentedKey } from '@fleetscope/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { useState } from 'react';
import css from './host-keys.module.css';

const SOURCES = { consent: 'trusted', known_hosts: 'found in known_hosts', import: 'imported' } as const;

/** The keys a host is known by, and the one it shows now: nobody is believed unseen. */
export const HostKeys = ({
  host,
  mayTrust,
  onTrusted,
}: {
  host: HostView;
  mayTrust: boolean;
  /** Whether it lets us in is not known before it is asked again. */
  onTrusted(): void;
}) => {
  const queries = useQueryClient();
  const path = { name: host.name };
  const look = useMutation({
    mutationFn: () =>
      unwrap(client.GET('/api/v1/hosts/{name}/presented-key', { params: { path } })) as Promise<PresentedKey>,
  });
  const trust = useMutation({
    mutationFn: (key: PresentedKey) =>
      unwrap(
        client.POST('/api/v1/hosts/{name}/trust', {
          params: { path },
          body: { fingerprint: key.fingerprint, replace: key.known === 'changed' },
        }),
      ),
    onSuccess: () => {
      look.reset();
      onTrusted();
      return queries.invalidateQueries({ queryKey: hostsQuery.queryKey });
    },
  });
  const problem = trust.error ?? look.error;
  return (
    <>
      <h3 className="sec">Host keys</h3>
      {host.hostKeys.length === 0 && <p className="dim">None is trusted yet, so nothing is sent to this host.</p>}
      {host.hostKeys.map((key) => (
        <p key={key.fingerprint} className={css.key}>
          <code>{key.fingerprint}</code>
          <span className="dim">
            {key.type}, {SOURCES[key.source]} by {key.trustedBy} on {key.trustedAt.slice(0, 10)}
          </span>
        </p>
      ))}
      {look.data ? (
        <Presented
          key={look.data.fingerprint}
          shown={look.data}
          mayTrust={mayTrust}
          isPending={trust.isPending}
          onTrust={() => look.data && trust.mutate(look.data)}
        />
      ) : (
        <button
          type="button"
          className={host.hostKeys.length === 0 ? 'btn primary' : 'btn'}
          disabled={look.isPending}
          onClick={() => look.mutate()}
        >
          {look.isPending ? 'Asking the host …' : 'Look at the key it shows'}
        </button>
      )}
      {problem && (
        <p className="crit" role="alert">
          {wordsOf(problem)}
        </p>
      )}
    </>
  );
};

/** `ssh-ed25519` → `/etc/ssh/ssh_host_ed25519_key.pub`, where every distribution puts it. */
const keyFile = (type: string): string => {
  const name = type.includes('ed25519') ? 'ed25519' : type.includes('ecdsa') ? 'ecdsa' : 'rsa';
  return `/etc/ssh/ssh_host_${name}_key.pub`;
};

const Presented = ({
  shown,
  mayTrust,
  isPending,
  onTrust,
}: {
  shown: PresentedKey;
  mayTrust: boolean;
  isPending: boolean;
  onTrust(): void;
}) => {
  const [hasCompared, setCompared] = useState(false);
  if (shown.known === 'trusted') {
    return (
      <p role="status">
        <b>It shows a trusted key now</b> ({shown.type}).
      </p>
    );
  }
  const isChanged = shown.known === 'changed';
  return (
    <div className={css.presented} data-known={shown.known} role="status">
      <p className={css.says}>
        {shown.known === 'unknown' && 'It shows a key that nobody has trusted yet:'}
        {isChanged && 'It shows another key than the trusted one:'}
        {shown.known === 'revoked' && 'It shows a key that is revoked. It can not be trusted:'}
      </p>
      <p className={css.key}>
        <code>{shown.fingerprint}</code>
        <span className="dim">
          {shown.type}
          {shown.knownHostsFile && `, stands in ${shown.knownHostsFile}`}
        </span>
      </p>
      {isChanged && (
        <p>Either the host was installed anew, or somebody stands between. Ask its owner before you go on.</p>
      )}
      {shown.known !== 'revoked' && (
        <p className="dim">
          On the host, this prints the key it really has:{' '}
          <code className={css.command}>ssh-keygen -lf {keyFile(shown.type)}</code>
        </p>
      )}
      {mayTrust && isChanged && (
        <label className={css.compared}>
          <input type="checkbox" checked={hasCompared} onChange={() => setCompared(!hasCompared)} />I compared it with
          the host’s own
        </label>
      )}
      {mayTrust && shown.known !== 'revoked' && (
        <button
          type="button"
          className={isChanged ? 'btn' : 'btn primary'}
          disabled={isPending || (isChanged && !hasCompared)}
          onClick={onTrust}
        >
          {isChanged ? 'Forget the old key and trust this one' : 'I compared it: trust this key'}
        </button>
      )}
      {!mayTrust && shown.known !== 'revoked' && <p className="dim">A commander may trust it.</p>}
    </div>
  );
};

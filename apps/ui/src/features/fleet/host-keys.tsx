import { type HostView, type PresentedKey } from '@fleetscope/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import css from './host-keys.module.css';

const SOURCES = { consent: 'trusted', known_hosts: 'found in known_hosts', import: 'imported' } as const;

/** The keys a host is known by, and the one it shows now: nobody is believed unseen. */
export const HostKeys = ({ host, mayTrust }: { host: HostView; mayTrust: boolean }) => {
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
        <button type="button" className="btn" disabled={look.isPending} onClick={() => look.mutate()}>
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
}) => (
  <div className={css.presented} data-known={shown.known}>
    <p>
      {shown.known === 'trusted' && 'It shows a key that is trusted.'}
      {shown.known === 'unknown' &&
        'It shows this key. Compare it with what the host itself says (ssh-keygen -lf on its public key) before you trust it.'}
      {shown.known === 'changed' &&
        'Its key is another one than the one that is trusted. Either the host was installed anew, or somebody stands between.'}
      {shown.known === 'revoked' && 'This key is revoked. It can not be trusted.'}
    </p>
    <p className={css.key}>
      <code>{shown.fingerprint}</code>
      <span className="dim">
        {shown.type}
        {shown.knownHostsFile && `, stands in ${shown.knownHostsFile}`}
      </span>
    </p>
    {mayTrust && (shown.known === 'unknown' || shown.known === 'changed') && (
      <button
        type="button"
        className={shown.known === 'changed' ? 'btn' : 'btn primary'}
        disabled={isPending}
        onClick={onTrust}
      >
        {shown.known === 'changed' ? 'Forget the old key and trust this one' : 'I compared it: trust this key'}
      </button>
    )}
  </div>
);

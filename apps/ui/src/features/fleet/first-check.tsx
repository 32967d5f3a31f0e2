import { type InvestigationView } from '@fleetscope/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { wordsOf } from '../../api/problem';
import { hostsQuery } from '../../api/queries';
import { eachAtOnce } from '../../components/each-at-once';
import { plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { contact, trust, type Contact } from './first-contact';
import css from './import-page.module.css';

const AT_ONCE = 4;
const WAITING: Contact = { state: 'waiting' };

/** The first contact with hosts, their keys beside them, and a triage of those that can be reached: one key press further. */
export const FirstCheck = ({ names }: { names: readonly string[] }) => {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [contacts, setContacts] = useState<ReadonlyMap<string, Contact>>(new Map());
  useEffect(() => {
    let isStopped = false;
    const work = async (name: string): Promise<void> => {
      const found = await contact(name);
      if (!isStopped) setContacts((before) => new Map(before).set(name, found));
    };
    void eachAtOnce(names, AT_ONCE, work, () => isStopped).then(() =>
      queries.invalidateQueries({ queryKey: hostsQuery.queryKey }),
    );
    return () => {
      isStopped = true;
    };
  }, [names, queries]);
  const keys = [...contacts].flatMap(([name, found]) => (found.state === 'key' ? [{ name, key: found.key }] : []));
  const hosts = [...contacts].flatMap(([name, { state }]) => (state === 'ready' || state === 'key' ? [name] : []));
  const isDone = contacts.size === names.length;
  const start = useMutation({
    mutationFn: async () => {
      for (const { name, key } of keys) await trust(name, key);
      return (await unwrap(
        client.POST('/api/v1/investigations', {
          body: { runbook: 'triage-60s', targets: { hosts }, parameters: {}, reason: 'first triage' },
        }),
      )) as InvestigationView;
    },
    onSuccess: ({ id }) => navigate({ to: '/investigations/$id', params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: hostsQuery.queryKey }),
  });
  return (
    <main className={css.check}>
      <p className={css.counts} aria-live="polite">
        {isDone ? (
          <>
            <b>{hosts.length}</b> of {plural(names.length, 'host')} answered
          </>
        ) : (
          `Checked ${contacts.size} of ${plural(names.length, 'host')} …`
        )}
      </p>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">First contact</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <ContactWords found={contacts.get(name) ?? WAITING} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {keys.length > 0 && (
        <p className={css.consent}>
          Nobody has trusted {keys.length === 1 ? 'this key' : `these ${keys.length} keys`} yet. Compare with what the
          host itself says (<code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</code>): whoever sits between could
          show another.
        </p>
      )}
      {start.error && (
        <p className="crit" role="alert">
          {wordsOf(start.error)}
        </p>
      )}
      {hosts.length > 0 && (
        <button
          type="button"
          className="btn primary"
          disabled={!isDone || start.isPending}
          onClick={() => start.mutate()}
        >
          {start.isPending
            ? 'Starting …'
            : `${keys.length > 0 ? `Trust ${plural(keys.length, 'key')} and start` : 'Start'} a triage on ${plural(hosts.length, 'host')}`}
        </button>
      )}
      {isDone && hosts.length === 0 && (
        <p className="warn">None can be reached yet. What each said stands beside it; the fleet page checks again.</p>
      )}
    </main>
  );
};

const ContactWords = ({ found }: { found: Contact }) => {
  switch (found.state) {
    case 'waiting':
      return <span className="dim">is being checked …</span>;
    case 'ready':
      return <>reachable</>;
    case 'key':
      return (
        <>
          shows a new key <span className="dim">{found.key.type}</span> <code>{found.key.fingerprint}</code>
        </>
      );
    case 'failed':
      return <span className="warn">{visibleText(found.reason)}</span>;
  }
};

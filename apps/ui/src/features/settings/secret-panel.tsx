import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { type SecretView, secretsQuery } from '../../api/room-queries';
import { FormEnd } from '../../components/form-end';
import { formatClock, plural } from '../../components/format';
import { Removal } from '../../components/removal';
import { SidePanel } from '../../components/side-panel';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { KeyField } from './key-field';
import { usePutSecret } from './put-secret';
import css from '../../components/room.module.css';

const MOST_LISTED = 20;

interface Props {
  secret: SecretView;
  /** Names of those that are logged in to with it; null while they are read. */
  hosts: readonly string[] | null;
  onClose(): void;
}

/** One secret: which hosts it is for, a new key in its place, and the end of it. Never what it holds. */
export const SecretPanel = ({ secret: { name, createdAt, createdBy }, hosts, onClose }: Props) => {
  const queries = useQueryClient();
  const now = useNow(60_000);
  const remove = async (): Promise<void> => {
    await unwrap(client.DELETE('/api/v1/secrets/{name}', { params: { path: { name } } }));
    onClose();
    await queries.invalidateQueries({ queryKey: secretsQuery.queryKey });
  };
  return (
    <SidePanel label={`Secret ${name}`} title={name} onClose={onClose}>
      <p className="dim">
        First stored by {visibleText(createdBy)}, {formatClock(createdAt, now)}. Who replaced it is in the audit log.
        What it holds is used, and shown to nobody.
      </p>
      <h3 className="sec">Used for</h3>
      {hosts === null && <p className="dim">Reading …</p>}
      {hosts?.length === 0 && (
        <p>
          No host yet. Give it to one: <code>{`fleetscope hosts set HOST --secret ${name}`}</code>
        </p>
      )}
      {hosts && hosts.length > 0 && (
        <p>
          {hosts.slice(0, MOST_LISTED).map((host, i) => (
            <span key={host}>
              {i > 0 && ', '}
              <Link to="/hosts" search={{ host }}>
                {host}
              </Link>
            </span>
          ))}
          {hosts.length > MOST_LISTED && ` and ${hosts.length - MOST_LISTED} more`}
        </p>
      )}
      <ReplaceForm name={name} />
      {hosts && hosts.length > 0 ? (
        <>
          <h3 className="sec">Remove</h3>
          <p className="dim">
            It can't be removed while {plural(hosts.length, 'host')} {hosts.length === 1 ? 'is' : 'are'} logged in to
            with it: give {hosts.length === 1 ? 'it' : 'them'} another key first.
          </p>
        </>
      ) : (
        <Removal name={name} remove={remove}>
          The key is gone for good: nobody can get it back from here. No host is logged in to with it.
        </Removal>
      )}
    </SidePanel>
  );
};

const ReplaceForm = ({ name }: { name: string }) => {
  const put = usePutSecret();
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const privateKey = String(new FormData(form).get('privateKey') ?? '');
    put.mutate({ name, privateKey }, { onSuccess: () => form.reset() });
  };
  return (
    <>
      <h3 className="sec">Replace</h3>
      <form onSubmit={onSubmit} className={css.form} autoComplete="off">
        <KeyField label="A new private key in its place" />
        <FormEnd error={put.error} isPending={put.isPending} submit="Replace the key">
          {put.isSuccess && (
            <p className="dim" role="status">
              Replaced. Its hosts are logged in to with the new key from the next connection on.
            </p>
          )}
        </FormEnd>
      </form>
    </>
  );
};

import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { FormEnd } from '../../components/form-end';
import { plural } from '../../components/format';
import css from '../../components/room.module.css';

/** A new key for everything that is sealed at rest. */
export const RotateButton = () => {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="btn" onClick={() => setOpen(true)}>
        Rotate …
      </button>
      {isOpen && <RotateDialog onClose={() => setOpen(false)} />}
    </>
  );
};

const RotateDialog = ({ onClose }: { onClose(): void }) => {
  const rotate = useMutation({ mutationFn: () => unwrap(client.POST('/api/v1/secrets/rotate')) });
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    rotate.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="A new key for the secrets at rest" size={520}>
      <p>
        Everything that is stored encrypted (private keys, the secrets of webhooks and hooks) is put under a new key.
        The secrets themselves stay as they are: no host and no other program notices.
      </p>
      <p>
        Afterwards, back up <code>secret.key</code> in the data directory anew: without it a backup of the database does
        not open.
      </p>
      <form onSubmit={onSubmit} className={css.form}>
        {rotate.isSuccess ? (
          <p role="status" className={css.whole}>
            Done: {plural(rotate.data.changed, 'secret')} under the new key. Back up <code>secret.key</code> now.
          </p>
        ) : (
          <FormEnd
            error={rotate.error}
            isPending={rotate.isPending}
            submit={rotate.isPending ? 'Rotating …' : 'Make a new key'}
          />
        )}
      </form>
    </Modal>
  );
};

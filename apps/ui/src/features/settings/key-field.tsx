import { Textarea } from '@mantine/core';
import { type ChangeEvent, useRef } from 'react';
import css from '../../components/room.module.css';

/** A private key, pasted or from a file; the field `privateKey` of a form. What stands there is drawn as dots: a field for
 *  passwords would lose the key's lines. */
export const KeyField = ({ label }: { label: string }) => {
  const area = useRef<HTMLTextAreaElement>(null);
  const onFile = async ({ currentTarget }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = currentTarget.files?.[0];
    if (file && area.current) area.current.value = await file.text();
  };
  return (
    <>
      <Textarea
        ref={area}
        className={css.whole}
        classNames={{ input: css.masked ?? '' }}
        name="privateKey"
        label={label}
        description="In PEM or OpenSSH form, without a passphrase. Not shown, here or later."
        placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
        required
        minLength={32}
        maxLength={65_536}
        rows={4}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        // Helpers of the browser for passwords and for writing leave it alone.
        data-1p-ignore
        data-lpignore="true"
        data-gramm="false"
      />
      <label className={css.file}>
        Or its file <input type="file" onChange={(event) => void onFile(event)} />
      </label>
    </>
  );
};

import { useState } from 'react';

/** Puts a text on the clipboard, and says so. */
export const CopyButton = ({ text, label = 'Copy', isSmall }: { text: string; label?: string; isSmall?: boolean }) => {
  const [said, setSaid] = useState(label);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      // Without https, or without leave: the text can be marked by hand.
      () => setSaid('Not allowed here: mark it and copy'),
    );
  };
  return (
    <button type="button" className={isSmall ? 'btn small' : 'btn'} onClick={copy}>
      {said}
    </button>
  );
};

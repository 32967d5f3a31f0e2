const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;

/** A host's words as one that is shown and stored: no control characters, which steer terminals and which text columns refuse. */
export const plainText = (text: string): string =>
  text
    .replace(COLOURS, '')
    .replace(/\t/g, ' ')
    .replace(/\p{Cc}/gu, '\ufffd');

/** What the bcc tools say besides their data: how to stop them, what they attached to. */
const BANNERS = [
  'Tracing',
  'Hit Ctrl-C',
  'Attaching to ',
  'Detaching',
  'Sampling at ',
  'Running from kernel ',
  'Possibly lost ',
  'Possible lost ',
  'WARNING: ',
  'Missing user-space stacks',
];

export const isBanner = (text: string): boolean => BANNERS.some((start) => text.startsWith(start));

/** The terminal echoes the interrupt in front of what the tool prints next. */
export const withoutInterrupt = (text: string): string => (text.startsWith('^C') ? text.slice(2) : text);

/** `[09:39:04]` and `09:39:04`: the clock above a report; null for any other line. */
export const reportClock = (text: string): string | null => {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return bare.length === 8 && bare[2] === ':' && bare[5] === ':' ? bare : null;
};

/** Python's `b'xvda1'` is xvda1: some versions print the representation. */
export const withoutRepr = (text: string): string =>
  text.length > 2 && (text.startsWith("b'") || text.startsWith('b"')) && text.at(-1) === text[1]
    ? text.slice(2, -1)
    : text;

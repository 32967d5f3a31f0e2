/** What stands in the place of a secret. */
export const MASK = '***';

/** A value as ps(1) shows it: the quotes of the shell are gone, those of a command within `sh -c` are not. */
const VALUE = `(?:"[^"]*"|'[^']*'|[^ \\t\\n"'&;,]+)`;
const NAME =
  '(?:passw(?:or)?d|passphrase|pwd|secret|token|credentials?|(?:api|access|private|secret|auth|account)?[-_]?key)';

export interface MaskRule {
  readonly id: string;
  /** What comes before the secret is its first group, and stays; the secret is all the rest. */
  readonly pattern: RegExp;
}

/**
 * Where a secret stands in the arguments of a process. They see bytes as Latin-1, hence no `\s`: it would take the second
 * half of a letter for a space. Rather too much is masked than too little.
 */
export const MASK_RULES: readonly MaskRule[] = [
  {
    id: 'authorization',
    pattern: new RegExp(
      `(\\b(?:proxy-)?authorization["']?[ \\t]*[:=][ \\t]*(?:(?:basic|bearer|digest|token|apikey|negotiate)[ \\t]+)?)${VALUE}`,
      'gi',
    ),
  },
  { id: 'bearer', pattern: /(\bbearer[ \t]+)[A-Za-z0-9._~+/=-]{8,}/gi },
  {
    id: 'header',
    pattern: new RegExp(`(\\b(?:x-[a-z-]*(?:token|key|secret)|cookie|set-cookie)[ \\t]*:[ \\t]*)${VALUE}`, 'gi'),
  },
  { id: 'url', pattern: /([a-z][a-z0-9+.-]*:\/\/[^ \t\n/:@]*:)[^ \t\n/]+(?=@)/gi },
  // --password=x, PGPASSWORD=x, ?token=x, "secret": "x"
  { id: 'assigned', pattern: new RegExp(`(${NAME}(?:["']?[ \\t]*:[ \\t]*(?=["'])|["']?=))${VALUE}`, 'gi') },
  // --password x, -token x
  {
    id: 'option',
    pattern: new RegExp(`((?:^|[ \\t])--?(?:[a-z0-9-]*[-_])?(?:${NAME}|pass)[ \\t]+)(?!-)${VALUE}`, 'gi'),
  },
  { id: 'mysql', pattern: /(\b(?:mysql|mariadb)[a-z_-]*\b[^\n]*?[ \t]-p)[^ \t\n]+/gi },
  { id: 'sshpass', pattern: /(\bsshpass[ \t]+(?:-[a-z]+[ \t]+)*?-p[ \t]*)[^ \t\n]+/gi },
  { id: 'curl', pattern: /(\bcurl\b[^\n]*?[ \t](?:-u|--user)[ \t=]*[^ \t\n:]+:)[^ \t\n]+/gi },
  { id: 'redis', pattern: /(\bredis-cli\b[^\n]*?[ \t](?:-a|--pass)[ \t]+)[^ \t\n]+/gi },
];

/** Whether it is worth asking every rule. */
export const MAY_HOLD_SECRET =
  /pass|pwd|secret|token|credential|key|authorization|bearer|cookie|:\/\/|mysql|mariadb|curl|redis-cli/i;

/** Text of one line, as Latin-1, without the secrets that the rules know. */
export const masked = (line: string): string =>
  MAY_HOLD_SECRET.test(line)
    ? MASK_RULES.reduce((text, { pattern }) => text.replace(pattern, (_, before: string) => before + MASK), line)
    : line;

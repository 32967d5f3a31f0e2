import { type FieldError } from '@fleetscope/contracts';
import { type ZodError } from 'zod';

type Issue = ZodError['issues'][number];

const MAX_SHOWN = 120;
/** Fields whose value is never shown again, not even to whoever sent it: answers are kept and pasted. */
const SECRET = new Set(['privateKey', 'token', 'code', 'password', 'secret', 'url']);

/** A value as an answer shows it: short, and never a reason to fail, however deep or long it is. */
const short = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  let text: string;
  try {
    text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  } catch {
    text = 'something nested too deep'; // RangeError: JSON.stringify is recursive
  }
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}…` : text;
};

/** What an issue expected, in words, without the library's phrasing of what it received. */
const expectedOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    case 'unrecognized_keys':
      return `no field ${issue.keys.join(', ')}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}`;
    case 'invalid_union':
      return issue.errors.flatMap(([first]) => (first ? [expectedOf(first)] : [])).join(' or ') || issue.message;
    default:
      return issue.message.replace(/^(expected|Invalid input: expected) /, '');
  }
};

const at = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );

/** Each issue as the API shows it. `input` is what was validated: zod keeps no hold of it. */
export const fieldErrors = (error: ZodError, input: unknown): FieldError[] =>
  error.issues.map((issue) => ({
    path: issue.path.map(String).join('.') || 'body',
    expected: expectedOf(issue),
    got: issue.path.some((key) => SECRET.has(String(key))) ? null : short(at(input, issue.path)),
  }));

// What Postgres can't hold as text or jsonb, though JSON can carry it.
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Texts and keys that the store can't hold, wherever they stand; without recursion, so that depth is no matter. */
export const unstorable = (input: unknown): FieldError | null => {
  const open: { value: unknown; path: string }[] = [{ value: input, path: '' }];
  const problem = (path: string): FieldError => ({
    path: path || 'body',
    expected: 'text without NUL characters and lone surrogates',
    got: 'text with one',
  });
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'string') {
      if (UNSTORABLE.test(value)) return problem(path);
    } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      // Uploaded bytes are no texts: a zip of 20 MB would be 20 million of them.
      for (const [key, inner] of Object.entries(value)) {
        if (UNSTORABLE.test(key)) return problem(path);
        open.push({ value: inner, path: path === '' ? key : path.length > 200 ? path : `${path}.${key}` });
      }
    }
  }
  return null;
};

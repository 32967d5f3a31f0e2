/** JSON as Postgres stores it: its jsonb has no NUL in text, so each becomes U+FFFD. */
export const storableJson = (value: unknown): string => JSON.stringify(value).replaceAll('\\u0000', '\\ufffd');

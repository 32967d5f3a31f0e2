import { EXIT, type TokenInput } from '@fleetscope/contracts';
import { answer, connect } from '../connection';
import { textOf } from '../given-text';
import { dim, note, print, printJson, safe } from '../output';
import { type DataOptions, scopeOf, type ScopeOptions, scopeText } from './options';
import { table } from './table';

export const listTokens = async (options: DataOptions): Promise<void> => {
  const tokens = await answer(connect(options).api.GET('/api/v1/tokens'));
  if (options.json) return printJson(tokens);
  const rows = table('id', 'name', 'role', 'scope', 'last used', 'ends', '');
  for (const { id, name, role, scope, lastUsedAt, expiresAt, revokedAt } of tokens) {
    rows.push([
      id,
      safe(name),
      role,
      scopeText(scope),
      lastUsedAt ?? 'never',
      expiresAt ?? 'never',
      revokedAt ? 'revoked' : '',
    ]);
  }
  print(rows.toString());
};

export const createToken = async (
  name: string,
  options: DataOptions & ScopeOptions & { role: string; expires: number | 'never' },
): Promise<void> => {
  const body = {
    name,
    role: options.role as TokenInput['role'],
    scope: scopeOf(options),
    expiresInDays: options.expires === 'never' ? null : options.expires,
  };
  const made = await answer(connect(options).api.POST('/api/v1/tokens', { body }));
  if (options.json) return printJson(made);
  note(`${name}: ${made.role}, until ${made.expiresAt ?? 'it is revoked'}; it is shown this once`);
  print(made.token);
};

export const revokeToken = async (id: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }));
  if (options.json) printJson({ id, revoked: true });
  else print('revoked');
};

export const listSecrets = async (options: DataOptions): Promise<void> => {
  const secrets = await answer(connect(options).api.GET('/api/v1/secrets'));
  if (options.json) return printJson(secrets);
  const rows = table('name', 'kind', 'stored', 'by');
  for (const { name, kind, createdAt, createdBy } of secrets) rows.push([name, kind, createdAt, safe(createdBy)]);
  print(secrets.length > 0 ? rows.toString() : dim('none yet: fleetscope secrets put NAME FILE'));
};

export const putSecret = async (name: string, file: string, options: DataOptions): Promise<void> => {
  const privateKey = textOf(file);
  await answer(
    connect(options).api.PUT('/api/v1/secrets/{name}', { params: { path: { name } }, body: { privateKey } }),
  );
  if (options.json) printJson({ name, stored: true });
  else print(`${name} is stored, encrypted; use it with: fleetscope hosts set HOST --secret ${name}`);
};

export const rotateSecrets = async (options: DataOptions): Promise<void> => {
  const rotated = await answer(connect(options).api.POST('/api/v1/secrets/rotate'));
  if (options.json) printJson(rotated);
  else print(`${rotated.changed} secrets are under the new key; back it up`);
};

export const removeSecret = async (name: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/secrets/{name}', { params: { path: { name } } }));
  if (options.json) printJson({ name, removed: true });
  else print(`${name} removed`);
};

/** As many as one answer holds. */
const PAGE = 1_000;

export const listAudit = async (options: DataOptions & { limit: number }): Promise<void> => {
  const entries = await answer(
    connect(options).api.GET('/api/v1/audit', { params: { query: { limit: options.limit } } }),
  );
  if (options.json) return printJson(entries);
  const rows = table('at', 'who', 'what', 'of', '');
  for (const { at, actor, action, subject, result } of entries)
    rows.push([at, safe(actor), action, safe(subject), result === 'done' ? '' : result]);
  print(rows.toString());
};

export const verifyAudit = async (options: DataOptions): Promise<void> => {
  const check = await answer(connect(options).api.GET('/api/v1/audit/check'));
  if (check.broken) process.exitCode = EXIT.foundWanting;
  if (options.json) return printJson(check);
  const { entries, head, broken } = check;
  if (!broken) return print(`${entries} entries, none changed or removed\n${dim(`head ${head}`)}`);
  const { seq, why, entry } = broken;
  print(
    why === 'removed'
      ? `entry ${seq} was removed`
      : `entry ${seq} was changed${entry ? `; it now says: ${entry.at} ${safe(entry.actor)} ${entry.action} ${safe(entry.subject)}` : ''}`,
  );
  note('what stands after it can not be vouched for either');
};

export const exportAudit = async (options: DataOptions): Promise<void> => {
  const { api } = connect(options);
  for (let before: number | undefined; ;) {
    const page = await answer(
      api.GET('/api/v1/audit', { params: { query: { limit: PAGE, ...(before === undefined ? {} : { before }) } } }),
    );
    for (const entry of page) process.stdout.write(`${JSON.stringify(entry)}\n`);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    before = last.id;
  }
};

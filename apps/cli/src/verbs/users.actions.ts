import { type Role } from '@fleetscope/contracts';
import { answer, connect } from '../connection';
import { print, printJson, safe } from '../output';
import { newPassword } from '../secret-input';
import { type DataOptions, scopeOf, type ScopeOptions, scopeText } from './options';
import { table } from './table';

type RoleOptions = DataOptions & ScopeOptions & { role: Role };

export const listUsers = async (options: DataOptions): Promise<void> => {
  const users = await answer(connect(options).api.GET('/api/v1/users'));
  if (options.json) return printJson(users);
  const rows = table('name', 'role', 'scope', 'from', 'last sign-in', '');
  for (const { name, role, scope, from, lastSignInAt, disabled } of users)
    rows.push([safe(name), role, scopeText(scope), safe(from), lastSignInAt ?? 'never', disabled ? 'disabled' : '']);
  print(rows.toString());
};

export const addUser = async (name: string, options: RoleOptions & { email?: string }): Promise<void> => {
  const { api } = connect(options);
  const password = await newPassword();
  const { role, email = null } = options;
  const added = await answer(
    api.POST('/api/v1/users', { body: { name, email, role, scope: scopeOf(options), password } }),
  );
  if (options.json) printJson(added);
  else print(`${safe(name)} may sign in as ${added.role}`);
};

const change = async (
  name: string,
  body: { role?: Role; scope?: ReturnType<typeof scopeOf>; disabled?: boolean },
  options: DataOptions,
): Promise<void> => {
  const changed = await answer(
    connect(options).api.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body }),
  );
  if (options.json) return printJson(changed);
  const { role, scope, disabled } = changed;
  const where = scopeText(scope);
  print(disabled ? `${safe(name)} is disabled` : `${safe(name)} is ${role}${where === '' ? '' : ` of ${where}`}`);
};

export const disableUser = (name: string, options: DataOptions): Promise<void> =>
  change(name, { disabled: true }, options);
export const enableUser = (name: string, options: DataOptions): Promise<void> =>
  change(name, { disabled: false }, options);
export const setRole = (name: string, role: Role, options: DataOptions & ScopeOptions): Promise<void> =>
  change(name, { role, scope: scopeOf(options) }, options);

export const setPassword = async (name: string, options: DataOptions): Promise<void> => {
  const { api } = connect(options);
  const password = await newPassword();
  await answer(api.PUT('/api/v1/users/{name}/password', { params: { path: { name } }, body: { password } }));
  if (options.json) printJson({ name, passwordSet: true });
  else print(`${safe(name)} has a new password, and is signed out everywhere`);
};

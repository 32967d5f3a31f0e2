import { type Role } from '@fleetscope/contracts';
import { answer, connect } from '../connection';
import { dim, print, printJson, safe } from '../output';
import { type DataOptions, scopeOf, type ScopeOptions, scopeText } from './options';
import { table } from './table';

export const listChatUsers = async (options: DataOptions): Promise<void> => {
  const rows = await answer(connect(options).api.GET('/api/v1/chat/users'));
  if (options.json) return printJson(rows);
  if (rows.length === 0) return print(dim('none yet: fleetscope chat-users set slack:U0123ABCD --person ada'));
  const out = table('who', 'is', 'scope', 'by');
  for (const { id, person, role, scope, createdBy } of rows)
    out.push([id, safe(person ?? role ?? ''), scopeText(scope), safe(createdBy)]);
  print(out.toString());
};

export const setChatUser = async (
  id: string,
  options: DataOptions & ScopeOptions & { person?: string; role?: Role },
): Promise<void> => {
  const { person, role } = options;
  const set = await answer(
    connect(options).api.PUT('/api/v1/chat/users/{id}', {
      params: { path: { id } },
      body: { person, role, scope: scopeOf(options) },
    }),
  );
  if (options.json) return printJson(set);
  const where = scopeText(set.scope);
  print(
    set.person === null
      ? `${id} is ${set.role ?? ''}${where === '' ? '' : ` of ${where}`}`
      : `${id} is ${safe(set.person)}, and may what she or he may`,
  );
};

export const removeChatUser = async (id: string, options: DataOptions): Promise<void> => {
  await answer(connect(options).api.DELETE('/api/v1/chat/users/{id}', { params: { path: { id } } }));
  if (options.json) printJson({ id, removed: true });
  else print(`${id} is nobody here from now on`);
};

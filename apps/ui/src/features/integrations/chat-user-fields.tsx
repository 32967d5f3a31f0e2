import { type ChatUserInput, type ChatUserView, ROLES } from '@fleetscope/contracts';
import { NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { client, unwrap } from '../../api/client';
import { chatUsersQuery } from '../../api/integration-queries';
import { peopleQuery } from '../../api/room-queries';
import { scopeText, type ScopeText } from '../../components/scope';
import { ScopeFields } from '../../components/scope-fields';
import { visibleText } from '../../components/visible-text';
import { type Who, WHO } from './chat-user';
import css from '../../components/room.module.css';

interface Setting {
  id: string;
  input: ChatUserInput;
}

/** Says who somebody is, whether it was said before or not. */
export const useSetChatUser = (): UseMutationResult<unknown, Error, Setting> => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, input }: Setting) =>
      unwrap(client.PUT('/api/v1/chat/users/{id}', { params: { path: { id } }, body: input })),
    onSuccess: () => queries.invalidateQueries({ queryKey: chatUsersQuery.queryKey }),
  });
};

export interface WhoForm {
  who: Who;
  scope: ScopeText;
}

export const whoForm = (user: ChatUserView | null): WhoForm => ({
  who: user?.person === null ? 'role' : 'person',
  scope: scopeText(user?.scope ?? null),
});

interface Props {
  /** What was said before; null for somebody new. */
  user: ChatUserView | null;
  value: WhoForm;
  onChange(value: WhoForm): void;
}

/** A user of ours, or a role with a scope of its own. */
export const ChatUserFields = ({ user, value, onChange }: Props) => {
  const { data: people } = useQuery(peopleQuery);
  const names = people?.map(({ name }) => name) ?? [];
  return (
    <>
      <NativeSelect
        label="Who that is"
        className={css.whole}
        value={value.who}
        onChange={(event) =>
          onChange({ ...value, who: WHO.find((one) => one === event.currentTarget.value) ?? 'role' })
        }
        data={[
          { value: 'person', label: 'a user here, with what that user may at the time' },
          { value: 'role', label: 'a role of its own' },
        ]}
      />
      {value.who === 'person' ? (
        <NativeSelect
          name="person"
          label="User"
          className={css.whole}
          key={names.length}
          defaultValue={user?.person ?? ''}
          required
          data={[
            { value: '', label: names.length > 0 ? 'choose one' : 'nobody has an account here yet' },
            ...names.map((name) => ({ value: name, label: visibleText(name) })),
          ]}
        />
      ) : (
        <>
          <NativeSelect
            name="role"
            label="May act as"
            className={css.whole}
            defaultValue={user?.role ?? 'operator'}
            data={[...ROLES]}
          />
          <ScopeFields value={value.scope} onChange={(scope) => onChange({ ...value, scope })} />
        </>
      )}
    </>
  );
};

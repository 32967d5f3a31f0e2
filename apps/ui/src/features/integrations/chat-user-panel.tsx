import { type ChatUserView } from '@fleetscope/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { chatUsersQuery } from '../../api/integration-queries';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { formatClock } from '../../components/format';
import { Removal } from '../../components/removal';
import { SidePanel } from '../../components/side-panel';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { chatUserFrom } from './chat-user';
import { ChatUserFields, useSetChatUser, whoForm } from './chat-user-fields';
import css from '../../components/room.module.css';

/** One chat user: who that is here, and saying so anew. */
export const ChatUserPanel = ({ user, onClose }: { user: ChatUserView; onClose(): void }) => {
  const { id } = user;
  const queries = useQueryClient();
  const now = useNow(60_000);
  const [form, setForm] = useState(() => whoForm(user));
  const set = useSetChatUser();
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const input = chatUserFrom(form.who, formText(event), form.scope);
    if (input !== undefined) set.mutate({ id, input });
  };
  const remove = async (): Promise<void> => {
    await unwrap(client.DELETE('/api/v1/chat/users/{id}', { params: { path: { id } } }));
    onClose();
    await queries.invalidateQueries({ queryKey: chatUsersQuery.queryKey });
  };
  return (
    <SidePanel label={`Chat user ${id}`} title={id} onClose={onClose}>
      <p className="dim">
        Said by {visibleText(user.createdBy)}, {formatClock(user.createdAt, now)}
      </p>
      <h3 className="sec">Change</h3>
      <form onSubmit={onSubmit} className={css.form}>
        <ChatUserFields user={user} value={form} onChange={setForm} />
        <FormEnd error={set.error} isPending={set.isPending} submit="Set it">
          {set.isSuccess && (
            <p className="dim" role="status">
              In force from the next command on.
            </p>
          )}
        </FormEnd>
      </form>
      <Removal name={id} remove={remove}>
        {id} is nobody here any more: commands and buttons in Slack start nothing for them. What they have started
        stays.
      </Removal>
    </SidePanel>
  );
};

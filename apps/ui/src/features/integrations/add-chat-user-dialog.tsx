import { type ChatUserView } from '@fleetscope/contracts';
import { Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { chatIdFrom, chatUserFrom } from './chat-user';
import { ChatUserFields, useSetChatUser, whoForm } from './chat-user-fields';
import css from '../../components/room.module.css';

interface Props {
  known: readonly ChatUserView[];
  onSet(id: string): void;
  onClose(): void;
}

/** Says who somebody in Slack is here. */
export const AddChatUserDialog = ({ known, onSet, onClose }: Props) => {
  const [form, setForm] = useState(() => whoForm(null));
  const [problem, setProblem] = useState<Error | null>(null);
  const set = useSetChatUser();
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    const id = chatIdFrom(text('id'));
    const input = chatUserFrom(form.who, text, form.scope);
    // The API would replace what was said before.
    const isKnown = known.some((user) => user.id === id);
    setProblem(isKnown ? new Error(`${id} is in the list already: open it there to change who that is.`) : null);
    if (isKnown || input === undefined) return;
    set.mutate(
      { id, input },
      {
        onSuccess: () => {
          onSet(id);
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Add a chat user" size={560}>
      <form onSubmit={onSubmit} className={css.form}>
        <TextInput
          className={css.whole}
          name="id"
          label="Member ID in Slack"
          placeholder="U0123ABCD"
          required
          maxLength={40}
          autoComplete="off"
          data-autofocus
        />
        <ChatUserFields user={null} value={form} onChange={setForm} />
        <FormEnd error={problem ?? set.error} isPending={set.isPending} submit="Add the chat user" />
      </form>
    </Modal>
  );
};

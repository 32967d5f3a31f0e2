import { type ChatUserView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { chatUsersQuery } from '../../api/integration-queries';
import { wordsOf } from '../../api/problem';
import { type Column } from '../../components/data-table';
import { formatClock, plural, withArticle } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { PanelledList } from '../../components/panelled-list';
import { scopeWords } from '../../components/scope';
import { useNow } from '../../components/use-now';
import { useOpenRow } from '../../components/use-open-row';
import { visibleText } from '../../components/visible-text';
import { AddChatUserDialog } from './add-chat-user-dialog';
import { ChatUserPanel } from './chat-user-panel';
import { IntegrationsHead } from './integrations-head';
import css from '../../components/room.module.css';

/** Who somebody in a chat is here. */
export const ChatUsersPage = () => {
  const { data, error, refetch } = useQuery(chatUsersQuery);
  const { open, show } = useOpenRow();
  const now = useNow(60_000);
  const [isAdding, setAdding] = useState(false);
  if (error && !data)
    return (
      <PageProblem title="The chat users can't be read" words={wordsOf(error)} retry={() => void refetch()} home />
    );
  const columns: Column<ChatUserView>[] = [
    {
      id: 'is',
      title: 'Is',
      value: ({ person, role }) => (person === null ? withArticle(role ?? '') : visibleText(person)),
    },
    {
      id: 'scope',
      title: 'Sees',
      value: ({ person, scope }) => (person === null ? scopeWords(scope) : 'what the user may'),
    },
    { id: 'by', title: 'Said by', value: ({ createdBy }) => visibleText(createdBy) },
    {
      id: 'at',
      title: 'Since',
      value: ({ createdAt }) => createdAt,
      render: ({ createdAt }) => formatClock(createdAt, now),
    },
  ];
  return (
    <div className={css.page}>
      <IntegrationsHead fact={data && plural(data.length, 'chat user')}>
        <button type="button" className="btn primary" onClick={() => setAdding(true)}>
          Add a chat user
        </button>
      </IntegrationsHead>
      <PanelledList
        label="Chat users"
        title="In the chat"
        columns={columns}
        rows={data}
        nameOf={({ id }) => id}
        open={open}
        show={show}
        empty="Nobody in Slack is known here yet: whoever writes /fleetscope there is told so, and nothing starts. Say who somebody is: one of the users here, or a role. The id stands in their profile in Slack, under Copy member ID."
        panel={(user) => (
          <ChatUserPanel key={`${user.id} ${user.createdAt}`} user={user} onClose={() => show(undefined)} />
        )}
      />
      {isAdding && <AddChatUserDialog known={data ?? []} onSet={show} onClose={() => setAdding(false)} />}
    </div>
  );
};

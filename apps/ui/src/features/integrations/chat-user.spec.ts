import { chatIdFrom, chatUserFrom } from './chat-user';

describe('who somebody in a chat is', () => {
  const fields = (given: Record<string, string>) => (name: string) => given[name] ?? '';
  const all = { classes: '', labels: '' };

  it('is a user, who has a scope already', () => {
    const said = chatUserFrom('person', fields({ person: 'ada' }), { classes: 'web', labels: '' });
    expect(said).toEqual({ person: 'ada', scope: null });
  });

  it('is a role with a scope of its own', () => {
    expect(chatUserFrom('role', fields({ role: 'operator' }), { classes: 'web', labels: '' })).toEqual({
      role: 'operator',
      scope: { classes: ['web'], labels: {} },
    });
    expect(chatUserFrom('role', fields({ role: 'operator' }), all)).toEqual({ role: 'operator', scope: null });
  });

  it('is nobody by a scope that is none: that would be the whole fleet', () => {
    expect(chatUserFrom('role', fields({ role: 'operator' }), { classes: '', labels: 'prod' })).toBeUndefined();
  });

  it('is named by the id that the chat shows', () => {
    expect(chatIdFrom('U0123ABCD')).toBe('slack:U0123ABCD');
    expect(chatIdFrom('slack:U0123ABCD')).toBe('slack:U0123ABCD');
  });
});

import { type ChatUserInput, ROLES } from '@fleetscope/contracts';
import { scopeFrom, type ScopeText } from '../../components/scope';

export const WHO = ['person', 'role'] as const;
export type Who = (typeof WHO)[number];

/** What a form says of who somebody is; undefined: its scope is none. */
export const chatUserFrom = (who: Who, text: (name: string) => string, scope: ScopeText): ChatUserInput | undefined => {
  if (who === 'person') return { person: text('person'), scope: null };
  const asked = scopeFrom(scope);
  return asked === undefined
    ? undefined
    : { role: ROLES.find((role) => role === text('role')) ?? 'viewer', scope: asked };
};

/** `U0123ABCD`, as Slack's profiles show it, is meant as `slack:U0123ABCD`. */
export const chatIdFrom = (text: string): string => (text.includes(':') ? text : `slack:${text}`);

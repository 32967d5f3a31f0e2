import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { useMay } from '../app/session';
import { PageHead } from './page-head';
import css from './room.module.css';

/** The head that the rooms of the settings share: which one it is, and the way to the others. */
export const SettingsHead = ({ fact, children }: { fact?: ReactNode; children?: ReactNode }) => {
  const isAdmin = useMay('admin');
  const isCommander = useMay('commander');
  return (
    <PageHead title="Settings" fact={fact}>
      {children}
      <nav className={css.tabs} aria-label="Settings">
        <Tab to="/settings/readiness">Readiness</Tab>
        <Tab to="/settings/rules">Rules</Tab>
        <Tab to="/settings/agents">Agents</Tab>
        <Tab to="/settings/storage">Storage</Tab>
        {isAdmin && <Tab to="/settings/people">Users</Tab>}
        {isAdmin && <Tab to="/settings/tokens">Tokens</Tab>}
        {isAdmin && <Tab to="/settings/secrets">Secrets</Tab>}
        {isCommander && <Tab to="/settings/integrations">Integrations</Tab>}
      </nav>
    </PageHead>
  );
};

type Room = 'readiness' | 'rules' | 'agents' | 'storage' | 'people' | 'tokens' | 'secrets' | 'integrations';

const Tab = ({ to, children }: { to: `/settings/${Room}`; children: ReactNode }) => (
  <Link to={to} className={css.tab} activeProps={{ className: css.on, 'aria-current': 'page' }}>
    {children}
  </Link>
);

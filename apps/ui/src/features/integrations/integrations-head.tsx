import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { useMay } from '../../app/session';
import { SettingsHead } from '../../components/settings-head';
import css from '../../components/room.module.css';

/** The head of what is connected with other programs: who is told, who may tell us, what that starts, who they are. */
export const IntegrationsHead = ({ fact, children }: { fact?: ReactNode; children?: ReactNode }) => {
  const isAdmin = useMay('admin');
  return (
    <>
      <SettingsHead fact={fact}>{children}</SettingsHead>
      <nav className={css.under} aria-label="Integrations">
        {isAdmin && <Room to="webhooks">Webhooks</Room>}
        {isAdmin && <Room to="hooks">Incoming hooks</Room>}
        <Room to="alert-rules">Alert rules</Room>
        {isAdmin && <Room to="chat-users">Chat users</Room>}
      </nav>
    </>
  );
};

type To = 'webhooks' | 'hooks' | 'alert-rules' | 'chat-users';

const Room = ({ to, children }: { to: To; children: ReactNode }) => (
  <Link
    to={`/settings/integrations/${to}`}
    className={css.sub}
    activeProps={{ className: css.here, 'aria-current': 'page' }}
  >
    {children}
  </Link>
);

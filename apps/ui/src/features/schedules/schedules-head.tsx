import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { PageHead } from '../../components/page-head';
import css from '../../components/room.module.css';

// Whose history is open makes it no other page.
const EXACT = { exact: true, includeSearch: false } as const;
const ACTIVE = { className: css.on, 'aria-current': 'page' } as const;

/** The head of what runs by the clock: schedules, and when they leave hosts alone. */
export const SchedulesHead = ({ fact, children }: { fact?: ReactNode; children?: ReactNode }) => (
  <PageHead title="Schedules" fact={fact}>
    {children}
    <nav className={css.tabs} aria-label="Schedules">
      <Link to="/schedules" className={css.tab} activeOptions={EXACT} activeProps={ACTIVE}>
        By the clock
      </Link>
      <Link to="/schedules/maintenance" className={css.tab} activeProps={ACTIVE}>
        Maintenance
      </Link>
      <Link to="/schedules/armed" className={css.tab} activeProps={ACTIVE}>
        Armed captures
      </Link>
    </nav>
  </PageHead>
);

import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import { meQuery } from '../api/queries';
import { Announcer } from './announcer';
import { FreezeBanner } from './freeze-banner';
import { HelpContext } from './help-context';
import {
  AuditIcon,
  BaselinesIcon,
  FleetIcon,
  InvestigationsIcon,
  LaunchIcon,
  LogOutIcon,
  Logo,
  MoonIcon,
  SchedulesIcon,
  SettingsIcon,
  SunIcon,
} from './icons';
import { LaunchContext, type LaunchPreset } from './launch-context';
import { logOut, useMay } from './session';
import { useShellKeys } from './use-shell-keys';
import css from './shell.module.css';

// The shell mounts the dialogs, so that they open from anywhere; their code comes when it is first wanted.
const LaunchDialog = lazy(() =>
  import('../features/launch/launch-dialog').then((module) => ({ default: module.LaunchDialog })),
);

const HelpDialog = lazy(() =>
  import('../features/help/help-dialog').then((module) => ({ default: module.HelpDialog })),
);

/** The rail, the page, and the launch dialog that opens from everywhere. */
export const Shell = () => {
  const mayLaunch = useMay('operator');
  const [preset, setPreset] = useState<LaunchPreset | null>(null);
  const launch = useCallback((next: LaunchPreset = {}) => setPreset(next), []);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const help = useCallback(() => setHelpOpen(true), []);
  const launchIfMay = useCallback(() => {
    if (mayLaunch) setPreset((open) => open ?? {});
  }, [mayLaunch]);
  useShellKeys({ launch: launchIfMay, help });
  return (
    <Announcer>
      <LaunchContext value={launch}>
        <HelpContext value={help}>
          <div className={css.app}>
            <a className={css.skip} href="#page">
              Skip to the page
            </a>
            <Rail canLaunch={mayLaunch} onLaunch={() => launch()} />
            <div className={css.page} id="page">
              <FreezeBanner />
              <div className={css.content}>
                <Outlet />
              </div>
            </div>
          </div>
        </HelpContext>
        {isHelpOpen && (
          <Suspense fallback={null}>
            <HelpDialog onClose={() => setHelpOpen(false)} />
          </Suspense>
        )}
        {preset && (
          <Suspense fallback={null}>
            <LaunchDialog preset={preset} onClose={() => setPreset(null)} />
          </Suspense>
        )}
      </LaunchContext>
    </Announcer>
  );
};

const Rail = ({ canLaunch, onLaunch }: { canLaunch: boolean; onLaunch: () => void }) => {
  const { data: me } = useQuery(meQuery);
  const mayAudit = useMay('commander');
  return (
    <nav className={css.rail} aria-label="Main">
      <Link to="/investigations" className={css.logo} aria-label="Fleetscope, start page">
        <Logo />
      </Link>
      <RailLink to="/hosts" label="Fleet">
        <FleetIcon />
      </RailLink>
      <RailLink to="/investigations" label="Investigations">
        <InvestigationsIcon />
      </RailLink>
      {canLaunch && (
        <button
          type="button"
          className={css.item}
          onClick={onLaunch}
          aria-label="Start an investigation (Ctrl+K)"
          title="Start an investigation · Ctrl+K"
        >
          <LaunchIcon />
        </button>
      )}
      <RailLink to="/baselines" label="Baselines">
        <BaselinesIcon />
      </RailLink>
      <RailLink to="/schedules" label="Schedules">
        <SchedulesIcon />
      </RailLink>
      {mayAudit && (
        <RailLink to="/audit" label="Audit">
          <AuditIcon />
        </RailLink>
      )}
      <RailLink to="/settings" label="Settings">
        <SettingsIcon />
      </RailLink>
      <span className="spacer" />
      <SchemeButton />
      <button
        type="button"
        className={css.item}
        onClick={() => void logOut()}
        aria-label="Log out"
        title={me ? `${me.name}, ${me.role} · log out` : 'Log out'}
      >
        <LogOutIcon />
      </button>
    </nav>
  );
};

const RailLink = ({
  to,
  label,
  children,
}: {
  to: '/hosts' | '/investigations' | '/baselines' | '/schedules' | '/audit' | '/settings';
  label: string;
  children: ReactNode;
}) => (
  <Link
    to={to}
    className={css.item}
    activeProps={{ className: css.on, 'aria-current': 'page' }}
    aria-label={label}
    title={label}
  >
    {children}
  </Link>
);

/** Follows the system until it is pressed; then the choice is remembered. */
const SchemeButton = () => {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const scheme = useComputedColorScheme('dark');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className={css.item}
      onClick={() => setColorScheme(other)}
      aria-label={`Switch to ${other} colours`}
      title={`Switch to ${other} colours`}
    >
      {scheme === 'dark' ? <SunIcon /> : <MoonIcon />}
    </button>
  );
};

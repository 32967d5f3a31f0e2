import { type ReactNode } from 'react';

const Icon = ({ children }: { children: ReactNode }) => (
  <svg
    width="18"
    height="18"
    viewBox="0 0 18 18"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    {children}
  </svg>
);

export const SchedulesIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="6.3" />
    <path d="M9 5.4V9l2.6 1.8" />
  </Icon>
);
export const Logo = () => (
  <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
    <rect x="3" y="13" width="4" height="6" rx="1" fill="var(--quiet2)" />
    <rect x="9" y="9" width="4" height="10" rx="1" fill="var(--warn)" />
    <rect x="15" y="3" width="4" height="16" rx="1" fill="var(--crit)" />
  </svg>
);
export const FleetIcon = () => (
  <Icon>
    <rect x="2.5" y="3" width="13" height="3.4" rx="1" />
    <rect x="2.5" y="7.8" width="13" height="3.4" rx="1" />
    <rect x="2.5" y="12.6" width="13" height="3.4" rx="1" />
  </Icon>
);
export const InvestigationsIcon = () => (
  <Icon>
    <path d="M2 10h3l2-6 3.5 11 2-5H16" />
  </Icon>
);
export const LaunchIcon = () => (
  <Icon>
    <path d="M5 3.5v11l9-5.5z" />
  </Icon>
);
export const BaselinesIcon = () => (
  <Icon>
    <path d="M2 6c2.3-2.6 4.7-2.6 7 0s4.7 2.6 7 0M2 12c2.3-2.6 4.7-2.6 7 0s4.7 2.6 7 0" />
  </Icon>
);

export const SettingsIcon = () => (
  <Icon>
    <path d="M2.5 5h6M12.5 5h3M2.5 13h3M9.5 13h6" />
    <circle cx="10.500" cy="5" r="2" />
    <circle cx="7.500" cy="13" r="2" />
  </Icon>
);

export const AuditIcon = () => (
  <Icon>
    <path d="M3 4.5h12M3 9h12M3 13.5h7" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="3" />
    <path d="M9 1.8v1.6M9 14.6v1.6M1.8 9h1.6M14.6 9h1.6M3.9 3.9 5 5M13 13l1.1 1.1M14.1 3.9 13 5M5 13l-1.1 1.1" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M15 10.6A6.5 6.5 0 1 1 7.4 3a5.2 5.2 0 0 0 7.6 7.6z" />
  </Icon>
);
export const LogOutIcon = () => (
  <Icon>
    <path d="M7 2.8H3.2v12.4H7M11 12l3.4-3L11 6M14 9H7" />
  </Icon>
);

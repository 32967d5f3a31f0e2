import { createContext, useContext } from 'react';

/** What the launch dialog starts with; what is left out, people choose there. */
export interface LaunchPreset {
  runbook?: string;
  hosts?: readonly string[];
  classes?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  reason?: string;
}

export const LaunchContext = createContext<(preset?: LaunchPreset) => void>(() => undefined);

/** Opens the launch dialog, from anywhere. */
export const useLaunch = (): ((preset?: LaunchPreset) => void) => useContext(LaunchContext);

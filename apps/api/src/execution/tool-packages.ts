import { type Observation } from '@fleetscope/contracts';

/** Which package brings a tool, as the probe's step `tool-versions` names packages. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  mpstat: 'sysstat',
  pidstat: 'sysstat',
  iostat: 'sysstat',
  sar: 'sysstat',
  vmstat: 'procps',
  free: 'procps',
  uptime: 'procps',
  top: 'procps',
  dmesg: 'util-linux',
  ss: 'iproute2',
  df: 'coreutils',
};

/** The tool's own words about its version; null when the host did not tell. */
export const toolVersion = (tool: string | null, observations: Iterable<Observation>): string | null => {
  const name = tool === null ? undefined : PACKAGE_OF[tool];
  if (name === undefined) return null;
  for (const observation of observations) {
    if (observation.kind !== 'facts' || observation.name !== 'tool-versions') continue;
    const version = observation.facts[name];
    return version === undefined || version === null ? null : String(version);
  }
  return null;
};

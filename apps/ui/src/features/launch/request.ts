import {
  parseDuration,
  type InvestigationRequest,
  type Parameter,
  type Runbook,
  type Targets,
} from '@fleetscope/contracts';
import { parseLabel } from '../../components/select-hosts';
import { type LaunchPreset } from '../../app/launch-context';

/** What people typed and chose in the dialog. */
export interface LaunchForm {
  runbook: string;
  /** `all`, or what is chosen below. */
  scope: 'all' | 'some';
  classes: string[];
  /** `name=value` */
  labels: string[];
  hosts: string[];
  parameters: Record<string, string>;
  reason: string;
}

export const DEFAULT_RUNBOOK = 'triage-60s';

export const formFor = (preset: LaunchPreset): LaunchForm => {
  const classes = [...(preset.classes ?? [])];
  const labels = Object.entries(preset.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const hosts = [...(preset.hosts ?? [])];
  const isSome = classes.length + labels.length + hosts.length > 0;
  return {
    runbook: preset.runbook ?? DEFAULT_RUNBOOK,
    scope: isSome ? 'some' : 'all',
    classes,
    labels,
    hosts,
    parameters: {},
    reason: preset.reason ?? '',
  };
};

export const targetsOf = (form: LaunchForm): Targets => {
  if (form.scope === 'all') return { all: true };
  const labels = Object.fromEntries(
    form.labels.flatMap((label) => [parseLabel(label) ?? []].filter((pair) => pair.length === 2)),
  );
  return {
    ...(form.hosts.length > 0 ? { hosts: form.hosts } : {}),
    ...(form.classes.length > 0 ? { classes: form.classes } : {}),
    ...(Object.keys(labels).length > 0 ? { labels: labels as Record<string, string> } : {}),
  };
};

/** What is wrong with a parameter's text, in words; null when nothing is. Empty means the default. */
export const parameterProblem = (parameter: Parameter, value: string): string | null => {
  if (value === '') return null;
  switch (parameter.type) {
    case 'duration': {
      const ms = parseDuration(value);
      const min = parseDuration(parameter.min) ?? 0;
      const max = parseDuration(parameter.max) ?? Infinity;
      if (ms === null) return 'expected a duration such as 10s or 2m';
      return ms < min || ms > max ? `expected ${parameter.min} to ${parameter.max}` : null;
    }
    case 'integer': {
      if (!/^-?\d+$/.test(value)) return 'expected a whole number';
      const number = Number(value);
      return number < parameter.min || number > parameter.max ? `expected ${parameter.min} to ${parameter.max}` : null;
    }
    case 'choice':
      return parameter.values.includes(value) ? null : `expected one of ${parameter.values.join(', ')}`;
  }
};

export const requestOf = (form: LaunchForm, runbook: Runbook): InvestigationRequest => ({
  runbook: form.runbook,
  targets: targetsOf(form),
  parameters: Object.fromEntries(
    Object.entries(form.parameters).filter(([name, value]) => value !== '' && name in runbook.parameters),
  ),
  reason: form.reason.trim(),
});

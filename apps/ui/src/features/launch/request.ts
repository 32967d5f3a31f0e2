import {
  parseDuration,
  TEXT_FORMS,
  type CostClass,
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
  /** Captures on so many of the worst hosts afterwards; 0 for none. */
  escalate: number;
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
    escalate: 0,
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

export const isRequired = (parameter: Parameter): boolean =>
  (parameter.type === 'integer' || parameter.type === 'text') && parameter.required === true;

/** What a parameter may hold, said before anything is typed. */
export const parameterHelp = (parameter: Parameter): string => {
  switch (parameter.type) {
    case 'text':
      return TEXT_FORMS[parameter.form]?.expected ?? parameter.form;
    case 'choice':
      return parameter.values.join(', ');
    case 'integer':
      return `${parameter.min.toLocaleString('en-GB')} to ${parameter.max.toLocaleString('en-GB')}`;
    case 'duration':
      return `${parameter.min} to ${parameter.max}`;
  }
};

/** What is wrong with a parameter's text, in words; null when nothing is. Empty means the default, where there is one. */
export const parameterProblem = (parameter: Parameter, value: string): string | null => {
  if (value === '') return isRequired(parameter) ? 'needed to start' : null;
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
    case 'text': {
      const form = TEXT_FORMS[parameter.form];
      return form && !form.pattern.test(value) ? `expected ${form.expected}` : null;
    }
  }
};

export const requestOf = (form: LaunchForm, runbook: Runbook): InvestigationRequest => ({
  runbook: form.runbook,
  targets: targetsOf(form),
  parameters: Object.fromEntries(
    Object.entries(form.parameters).filter(([name, value]) => value !== '' && name in runbook.parameters),
  ),
  reason: form.reason.trim(),
  ...(form.escalate > 0 && runbook.checklist ? { escalate: { hosts: form.escalate } } : {}),
});

/** Above this many hosts a request is wide. */
export const WIDE = 50;

export const COST_WORDS: Readonly<Record<CostClass, string>> = {
  light: 'light: reads counters',
  medium: 'medium: samples or traces for a while',
  heavy: 'heavy: traces every event, which the host feels',
};

/** Why a request is asked about once more, with its numbers; null when it just starts. */
export const secondThought = (
  runbook: Pick<Runbook, 'cost' | 'title'>,
  hosts: number,
  inFleet: number,
): string | null => {
  const isHeavy = runbook.cost === 'heavy' && hosts > 1;
  if (!isHeavy && hosts <= WIDE) return null;
  const share = inFleet > 0 ? Math.round((hosts / inFleet) * 100) : 100;
  const many = `${hosts.toLocaleString('en-GB')} hosts, ${share} % of the fleet`;
  if (!isHeavy) return `This runs on ${many}.`;
  return `“${runbook.title}” is heavy: it traces every event. It runs on ${many} at the same time.`;
};

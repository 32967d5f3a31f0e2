import {
  parseDuration,
  TEXT_FORMS,
  type HostView,
  type InvestigationRequest,
  type Parameter,
  type Runbook,
  type Targets,
} from '@fleetscope/contracts';
import { matchesWords, parseLabel } from '../../components/select-hosts';
import { type LaunchPreset } from '../../app/launch-context';
import { NO_ROLLOUT, rolloutOf, type RolloutForm } from './rollout';

/** What people typed and chose in the dialog. */
export interface LaunchForm {
  runbook: string;
  /** `all`, or what is chosen below. */
  scope: 'all' | 'some';
  classes: string[];
  /** `name=value` */
  labels: string[];
  hosts: string[];
  /** Words that a host's name, address, class or labels hold; what they find is sent as names. */
  query: string;
  parameters: Record<string, string>;
  reason: string;
  /** Captures on so many of the worst hosts afterwards; 0 for none. */
  escalate: number;
  rollout: RolloutForm;
  despiteFreeze: boolean;
  despiteBudget: boolean;
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
    query: '',
    parameters: {},
    reason: preset.reason ?? '',
    escalate: 0,
    rollout: NO_ROLLOUT,
    despiteFreeze: false,
    despiteBudget: false,
  };
};

/** Null: nothing was chosen, or nothing is found. */
export const targetsOf = (form: LaunchForm, hosts: readonly HostView[]): Targets | null => {
  if (form.scope === 'all') return { all: true };
  const found = form.query === '' ? [] : hosts.filter((host) => matchesWords(host, form.query)).map(({ name }) => name);
  const names = [...new Set([...form.hosts, ...found])];
  const labels = Object.fromEntries(form.labels.map(parseLabel).filter((pair) => pair !== null));
  // Words that find nothing must not come to mean every host with the labels.
  if (form.query !== '' && names.length + form.classes.length === 0) return null;
  const targets: Targets = {
    ...(names.length > 0 ? { hosts: names } : {}),
    ...(form.classes.length > 0 ? { classes: form.classes } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  };
  return Object.keys(targets).length > 0 ? targets : null;
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

export const requestOf = (form: LaunchForm, runbook: Runbook, targets: Targets): InvestigationRequest => {
  const { rollout } = rolloutOf(form.rollout);
  return {
    runbook: form.runbook,
    targets,
    parameters: Object.fromEntries(
      Object.entries(form.parameters).filter(([name, value]) => value !== '' && name in runbook.parameters),
    ),
    reason: form.reason.trim(),
    ...(form.escalate > 0 && runbook.checklist ? { escalate: { hosts: form.escalate } } : {}),
    ...(rollout ? { rollout } : {}),
    ...(form.despiteFreeze ? { despiteFreeze: true } : {}),
    ...(form.despiteBudget ? { despiteBudget: true } : {}),
  };
};

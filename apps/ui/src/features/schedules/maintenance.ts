import { parseDuration, type MaintenanceInput, type MaintenanceView } from '@fleetscope/contracts';
import { targetsOfClass } from '../../components/select-hosts';
import { formatClock, formatDuration } from '../../components/format';

/** What people typed; times are those of their own clock, as the browser's field gives them. */
export interface MaintenanceForm {
  hostClass: string;
  why: string;
  kind: 'once' | 'again';
  from: string;
  cron: string;
  tz: string;
  duration: string;
}

/** The window that a form asks for, or what is wrong with it. */
export const maintenanceFrom = (
  form: MaintenanceForm,
  now: number,
): { input: MaintenanceInput } | { problem: string } => {
  const length = parseDuration(form.duration);
  if (length === null || length <= 0) return { problem: 'How long? Say it as 30m, 2h or 1d.' };
  const targets = targetsOfClass(form.hostClass);
  const base = { targets, why: form.why, from: null, until: null, cron: null, tz: form.tz, duration: null };
  if (form.kind === 'again') return { input: { ...base, cron: form.cron, duration: form.duration } };
  const from = form.from === '' ? now : Date.parse(form.from);
  if (Number.isNaN(from)) return { problem: 'From when? The time can not be read.' };
  return {
    input: { ...base, from: new Date(from).toISOString(), until: new Date(from + length).toISOString() },
  };
};

/** When a window is, in words. */
export const maintenanceWords = ({ from, until, cron, tz, duration }: MaintenanceView, now: number): string => {
  if (cron !== null) {
    const length = duration === null ? null : parseDuration(duration);
    return `${cron} ${tz}${length === null ? '' : `, for ${formatDuration(length)}`}`;
  }
  const ends = until === null ? 'without end' : `until ${formatClock(until, now)}`;
  return from === null ? ends : `${formatClock(from, now)} ${ends}`;
};

/** In force, still to come, or over. */
export const maintenanceState = ({ active, cron, until }: MaintenanceView, now: number): 'now' | 'later' | 'over' => {
  if (active) return 'now';
  return cron === null && until !== null && Date.parse(until) <= now ? 'over' : 'later';
};

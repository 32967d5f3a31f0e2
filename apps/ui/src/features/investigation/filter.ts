import { ANSWERED_RUN_STATES, FINAL_RUN_STATES, type RunState, type MatrixRun } from '@fleetscope/contracts';
import { traitOf } from './groups';

/** Groups of run states that people ask for. */
export const STATE_GROUPS = {
  answered: { title: 'Answered', holds: (state: RunState) => ANSWERED_RUN_STATES.has(state) },
  partial: { title: 'In part', holds: (state: RunState) => state === 'partial' },
  unanswered: {
    title: 'No answer',
    holds: (state: RunState) => FINAL_RUN_STATES.has(state) && !ANSWERED_RUN_STATES.has(state),
  },
  pending: { title: 'Not yet', holds: (state: RunState) => !FINAL_RUN_STATES.has(state) },
} as const;
export type StateGroup = keyof typeof STATE_GROUPS;
export const isStateGroup = (name: string | undefined): name is StateGroup =>
  name !== undefined && name in STATE_GROUPS;

export interface RowFilter {
  q?: string;
  findings?: true;
  state?: string;
  by?: string;
  only?: string;
}

/** Every word must occur in the host's name, class, labels, reason or a finding. */
export const matches = (run: MatrixRun, filter: RowFilter): boolean => {
  if (filter.findings && !run.findings.some(({ severity }) => severity !== 'info')) return false;
  if (isStateGroup(filter.state) && !STATE_GROUPS[filter.state].holds(run.state)) return false;
  if (filter.by !== undefined && filter.only !== undefined && traitOf(run, filter.by) !== filter.only) return false;
  const words = filter.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  if (words.length === 0) return true;
  const text = [
    run.host,
    run.hostClass,
    ...Object.entries(run.labels).map(([key, value]) => `${key}=${value}`),
    run.reason ?? '',
    ...run.findings.map((finding) => `${finding.rule} ${finding.label}`),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

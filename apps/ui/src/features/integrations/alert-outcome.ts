import { type AlertResult } from '@fleetscope/contracts';

/** What would become of an alert. */
export const OUTCOME_WORDS: Readonly<Record<AlertResult['outcome'], string>> = {
  'would-start': 'would start',
  started: 'started',
  'no-rule': 'nothing: no rule takes it',
  'not-firing': 'nothing: it is not firing',
  duplicate: 'nothing: it was received before',
  'cool-down': 'nothing: its hosts rest after an earlier start',
  'no-target': 'nothing: its labels name no host or class',
  refused: 'refused',
};

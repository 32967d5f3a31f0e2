import { type FiringView } from '@fleetscope/contracts';
import { visibleText } from '../../components/visible-text';

const WHY: Record<NonNullable<FiringView['why']>, string> = {
  overlap: 'the one before it still ran',
  paused: 'it was paused',
  frozen: 'the fleet was frozen',
  maintenance: 'all its hosts were under maintenance',
  missed: 'nobody was there at its time',
  refused: 'it was refused',
};

/** What became of a time that a schedule was due. */
export const firingWords = ({ state, why, detail }: Pick<FiringView, 'state' | 'why' | 'detail'>): string => {
  if (state === 'started') return 'started';
  if (state === 'waiting') return 'waits';
  return `not started, ${why ? WHY[why] : 'no reason was given'}${detail ? `: ${visibleText(detail)}` : ''}`;
};

import { type DeliveryView } from '@fleetscope/contracts';
import { formatDuration, plural } from '../../components/format';

/** What became of a message, in a few words. */
export const deliveryWords = ({ state, attempts, nextAt }: DeliveryView, now: number): string => {
  switch (state) {
    case 'delivered':
      return attempts > 1 ? `taken at the ${ordinal(attempts)} try` : 'taken';
    case 'given-up':
      return `given up after ${plural(attempts, 'try', 'tries')}`;
    case 'waiting': {
      if (attempts === 0 || nextAt === null) return 'waits to be sent';
      const ms = Date.parse(nextAt) - now;
      return `not taken ${attempts === 1 ? 'yet' : `in ${attempts} tries`}, again ${ms < 1_000 ? 'now' : `in ${formatDuration(ms)}`}`;
    }
  }
};

const ordinal = (count: number): string => ['first', 'second', 'third'][count - 1] ?? `${count}th`;

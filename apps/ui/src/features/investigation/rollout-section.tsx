import { type InvestigationView } from '@fleetscope/contracts';
import { formatClock } from '../../components/format';
import { rolloutWords } from '../../components/rollout-words';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import css from './approval-section.module.css';

/** How it begins on its hosts, where not on all at once; and why it was stopped, when it was. */
export const RolloutSection = ({ rollout, halted }: Pick<InvestigationView, 'rollout' | 'halted'>) => {
  const now = useNow(60_000);
  if (!rollout) return null;
  return (
    <section className={css.section} aria-label="Rollout">
      <p className="dim">Rollout: {rolloutWords(rollout)}.</p>
      {halted && (
        <p className="crit">
          Stopped {formatClock(halted.at, now)}: {visibleText(halted.reason)}
        </p>
      )}
    </section>
  );
};

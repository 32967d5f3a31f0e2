import { type Escalation, type EscalationDifference } from '@fleetscope/contracts';
import { Link } from '@tanstack/react-router';
import { listed } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import css from './escalation-section.module.css';

/** What a triage led to: the captures on its worst hosts and a healthy peer, and what differs between them. */
export const EscalationSection = ({ escalation }: { escalation: Escalation }) => {
  const { children, control, differences } = escalation;
  return (
    <section className={css.escalation} aria-label="Escalation" aria-live="polite">
      <h2 className="sec">Closer look</h2>
      <p className="dim">{stateWords(escalation)}</p>
      <ul className={css.list}>
        {children.map(({ id, runbook, hosts }) => (
          <li key={id}>
            <p>
              <Link to="/investigations/$id" params={{ id }}>
                {runbook}
              </Link>{' '}
              on {listed(hosts.filter((host) => host !== control).map(visibleText), 3)}
              {control !== null && <span className="dim">, beside {visibleText(control)}, which is healthy</span>}
            </p>
            {(differences ?? [])
              .filter(({ investigation }) => investigation === id)
              .map((difference) => (
                <Difference key={difference.sick} difference={difference} />
              ))}
          </li>
        ))}
      </ul>
    </section>
  );
};

const stateWords = ({ state, reason, children, differences, control }: Escalation): string => {
  if (state === 'waiting') return 'Captures follow when the triage has ended.';
  if (state === 'started') return 'Captures are being chosen.';
  if (children.length === 0) return `No capture was started: ${reason ?? 'nothing called for one'}.`;
  const note = reason === null ? '' : ` ${reason}.`;
  if (differences === null) return `The captures are running; what differs is shown when they have ended.${note}`;
  if (control === null) return `There was no healthy peer to compare with.${note}`;
  return differences.length === 0 ? `The captures ended without two hosts to compare.${note}` : note.trim();
};

const Difference = ({ difference }: { difference: EscalationDifference }) => {
  const { investigation, sick, healthy, sentences, functions } = difference;
  return (
    <div className={css.difference}>
      <p>
        <b>{visibleText(sick)}</b> against {visibleText(healthy)}
        {functions.length > 0 && (
          <>
            {' · '}
            <Link to="/investigations/$id/profile" params={{ id: investigation }} search={{ hosts: sick, vs: healthy }}>
              flame graph of the difference
            </Link>
          </>
        )}
      </p>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{visibleText(sentence)}</li>
        ))}
      </ul>
    </div>
  );
};

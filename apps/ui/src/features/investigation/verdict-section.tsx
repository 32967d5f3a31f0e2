import { type InvestigationView, type Statement } from '@fleetscope/contracts';
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { isEnded } from '../../api/queries';
import { type InvestigationSearch } from '../../app/search';
import { CoverageBar } from '../../components/coverage-bar';
import { listed, plural } from '../../components/format';
import { NextButton } from './next-button';
import { coverageParts, coverageWords, reasonGroups, runStateShort, statementParts } from './words';
import css from './verdict-section.module.css';

interface Props {
  investigation: InvestigationView;
  onHost(host: string): void;
  onFilter(changes: Partial<InvestigationSearch>): void;
}

/** The answer first: who answered, then at most five sentences. */
export const VerdictSection = ({ investigation, onHost, onFilter }: Props) => {
  const { coverage, verdict } = investigation;
  const ended = isEnded(investigation);
  // Who watches it run keeps this height to the end: sentences that arrive must not push the rows away.
  const [isWatched] = useState(!ended);
  return (
    <section className={css.verdict} aria-label="Verdict" data-watched={isWatched}>
      <div>
        <div className={css.count}>
          {coverage.answered.toLocaleString('en-GB')} <small>of {plural(coverage.targeted, 'host')} answered</small>
        </div>
        <CoverageBar
          parts={coverageParts(coverage)}
          label={`${coverage.answered} of ${plural(coverage.targeted, 'host')} answered; ${coverageWords(coverage)}`}
        />
        <p className={css.words}>
          {coverageWords(coverage)}
          {verdict && ended && <b>{verdict.holds ? ' · conclusion holds' : ' · too few for a conclusion'}</b>}
        </p>
        <Reasons investigation={investigation} onFilter={onFilter} />
      </div>
      <ol className={css.says}>
        {verdict?.statements.map((statement, i) => (
          <StatementLine
            key={`${i}.${statement.rules.join()}`}
            number={i + 1}
            statement={statement}
            onHost={onHost}
            onFilter={onFilter}
          />
        ))}
        {!verdict?.statements.length && (
          <li className="dim">
            {ended
              ? coverage.answered > 0
                ? 'No host stands out and no rule found anything.'
                : 'No host answered, so there is nothing to conclude.'
              : 'Sentences follow when hosts have answered.'}
          </li>
        )}
      </ol>
    </section>
  );
};

const MOST_REASONS = 2;
const SHOW = { q: undefined, findings: undefined } as const;

/** Why hosts are missing, where it is seen without a click. */
const Reasons = ({ investigation, onFilter }: Pick<Props, 'investigation' | 'onFilter'>) => {
  const { coverage } = investigation;
  const groups = reasonGroups(coverage);
  const lost = coverage.targeted - coverage.answered - coverage.pending;
  if (groups.length === 0) return null;
  return (
    <ul className={css.reasons} data-groups={Math.min(MOST_REASONS, groups.length)}>
      {groups.slice(0, MOST_REASONS).map(({ reason, hosts, state }) => (
        <li key={`${state}${reason}`} title={`${hosts.join(', ')}: ${reason}`}>
          <b>{listed(hosts, 2)}</b> {runStateShort[state]}: {reason}
        </li>
      ))}
      <li className={css.more}>
        {lost > 0 && (
          <button type="button" className="link" onClick={() => onFilter({ ...SHOW, state: 'unanswered' })}>
            Show {plural(lost, 'host')} without an answer
          </button>
        )}
        {coverage.partial > 0 && (
          <button type="button" className="link" onClick={() => onFilter({ ...SHOW, state: 'partial' })}>
            Show {coverage.partial.toLocaleString('en-GB')} in part
          </button>
        )}
      </li>
    </ul>
  );
};

const SEVERITY_WORDS = { crit: 'Critical', warn: 'Warning', info: 'Note' } as const;

const StatementLine = ({
  number,
  statement,
  onHost,
  onFilter,
}: {
  number: number;
  statement: Statement;
} & Pick<Props, 'onHost' | 'onFilter'>) => {
  const text = useRef<HTMLParagraphElement>(null);
  const [isOpen, setOpen] = useState(false);
  const isCut = useIsCut(text, isOpen);
  const [rule] = statement.rules;
  return (
    <li className={css.say} data-folded={isCut && !isOpen}>
      <span
        className={`${css.number} ${statement.severity === 'info' ? 'faint' : statement.severity}`}
        title={SEVERITY_WORDS[statement.severity]}
      >
        <span className="visually-hidden">{SEVERITY_WORDS[statement.severity]}, </span>
        {number}
      </span>
      <div>
        <p ref={text} className={isOpen ? undefined : css.clamped}>
          {statementParts(statement.text, statement.hosts).map((part, i) => {
            const { host } = part;
            if (part.isMore && rule !== undefined) {
              return (
                <button
                  key={i}
                  type="button"
                  className={css.name}
                  title={`Show the ${plural(statement.hosts.length, 'host')} of ${rule}`}
                  onClick={() => onFilter({ q: rule, findings: undefined, state: undefined })}
                >
                  {part.text}
                </button>
              );
            }
            return host === null ? (
              <span key={i} className={part.detail ? 'dim' : undefined}>
                {part.text}
              </span>
            ) : (
              <button key={i} type="button" className={css.name} onClick={() => onHost(host)}>
                {part.text}
              </button>
            );
          })}
        </p>
        {statement.explainedBy && <Explained by={statement.explainedBy} onFilter={onFilter} />}
        {isCut && (
          <button
            type="button"
            className={`link ${css.toggle}`}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Less' : 'More'}
          </button>
        )}
      </div>
      {statement.next && (
        <span className={css.next}>
          <NextButton
            runbook={statement.next.runbook}
            hosts={statement.next.hosts}
            reason={statement.text.slice(0, 200)}
            withHosts
          />
        </span>
      )}
    </li>
  );
};

/** Facts of a host, such as its kernel, are not in the matrix: only by class and labels can it be grouped. */
const FACTS: ReadonlySet<string> = new Set(['kernel', 'distro', 'machine', 'hypervisor', 'container']);

/** The trait that tells the affected hosts from the others, and the way to see it. */
const Explained = ({
  by: { trait, value, hosts, affected, of },
  onFilter,
}: {
  by: NonNullable<Statement['explainedBy']>;
} & Pick<Props, 'onFilter'>) => {
  const words = `${affected} of the ${of} have ${trait}=${value}, of ${plural(hosts, 'host')} that do`;
  if (FACTS.has(trait)) return null;
  return (
    <button
      type="button"
      className={`link ${css.toggle}`}
      title={words}
      onClick={() => onFilter({ by: trait, only: undefined, q: undefined, findings: undefined, state: undefined })}
    >
      By {trait}
    </button>
  );
};

/** Whether a text is so long that lines of it are hidden; while it is open, what was so before. */
const useIsCut = (element: RefObject<HTMLElement | null>, isOpen: boolean): boolean => {
  const [isCut, setCut] = useState(false);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current || isOpen) return undefined;
    const observer = new ResizeObserver(() => setCut(current.scrollHeight > current.clientHeight + 1));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element, isOpen]);
  return isCut;
};

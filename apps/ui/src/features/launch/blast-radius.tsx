import { type Preview } from '@fleetscope/contracts';
import { wordsOf } from '../../api/problem';
import { plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { attentionGroups, figuresWords } from './impact';
import css from './blast-radius.module.css';

const MOST_CLASSES = 8;
const MOST_NAMES = 200;

interface Props {
  /** Undefined until the control plane has answered. */
  preview: Preview | undefined;
  error: unknown;
  names: readonly string[];
}

/** What the request would do, in numbers, before anything of it is done. */
export const BlastRadius = ({ preview, error, names }: Props) => (
  <section className={css.box} aria-label="What it would do" aria-busy={!preview && !error}>
    {error ? (
      <p className="crit" role="alert">
        {wordsOf(error)}
      </p>
    ) : (
      <dl className={css.facts}>
        <div>
          <dt>Would run on</dt>
          <dd data-ready={preview?.ready}>
            {preview ? `${preview.ready.toLocaleString('en-GB')} of ${plural(preview.hosts, 'host')}` : ' '}
          </dd>
        </div>
        <div>
          <dt>On each host</dt>
          <dd>{preview && figuresWords(preview.estimate.perHost, preview.estimate.basis)}</dd>
        </div>
        <div>
          <dt>All together</dt>
          <dd>{preview && figuresWords(preview.estimate.total, preview.estimate.basis)}</dd>
        </div>
      </dl>
    )}
    {preview && !error && <Details preview={preview} names={names} />}
  </section>
);

const Details = ({ preview, names }: { preview: Preview; names: readonly string[] }) => (
  <>
    <p className="faint">{preview.estimate.says}</p>
    <details>
      <summary>Which hosts: {classWords(preview)}</summary>
      <p className={css.names}>
        {names.slice(0, MOST_NAMES).map(visibleText).join(' ')}
        {names.length > MOST_NAMES && ` and ${names.length - MOST_NAMES} more`}
      </p>
    </details>
    {attentionGroups(preview.attention).map(({ words, runs, hosts }) => (
      <details key={words}>
        <summary className={runs ? undefined : 'warn'}>{words}</summary>
        <ul className={css.names}>
          {hosts.slice(0, MOST_NAMES).map((line) => (
            <li key={line}>{visibleText(line)}</li>
          ))}
        </ul>
      </details>
    ))}
    {preview.approval.length > 0 && (
      <p className="warn">Somebody else must approve it first: {preview.approval.map(visibleText).join('; ')}.</p>
    )}
    {preview.frozen && <p className="warn">The fleet is {visibleText(preview.frozen)}.</p>}
  </>
);

const classWords = ({ classes }: Preview): string => {
  const said = classes
    .slice(0, MOST_CLASSES)
    .map(({ class: name, hosts, ready }) => `${visibleText(name)} ${hosts}${ready < hosts ? ` (${ready} ready)` : ''}`);
  return [...said, ...(classes.length > MOST_CLASSES ? [`${classes.length - MOST_CLASSES} classes more`] : [])].join(
    ', ',
  );
};

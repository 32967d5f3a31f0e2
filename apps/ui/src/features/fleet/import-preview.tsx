import { type HostImportResult } from '@fleetscope/contracts';
import { plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import css from './import-page.module.css';

const MOST = 200;
const ACTIONS = { add: 'new', change: 'changes', same: 'as it is' } as const;

const said = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What an inventory would do: counts, what could not be read and in which line, and every host. */
export const ImportPreview = ({ found }: { found: HostImportResult }) => {
  const count = (action: keyof typeof ACTIONS): number => found.hosts.filter((host) => host.action === action).length;
  const shown = found.hosts.slice(0, MOST);
  return (
    <>
      <p className={css.counts}>
        <b>{count('add')}</b> new · <b>{count('change')}</b> changed · <b>{count('same')}</b> as they are
        {found.problems.length > 0 && (
          <>
            {' '}
            · <b className="warn">{plural(found.problems.length, 'line')}</b> left out or changed
          </>
        )}
      </p>
      {found.problems.length > 0 && (
        <table className={css.table}>
          <caption className="sec">What could not be taken as it stands</caption>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Text</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {found.problems.slice(0, MOST).map((problem, i) => (
              <tr key={i}>
                <td>{problem.line ?? '–'}</td>
                <td>
                  <code>{visibleText(problem.text)}</code>
                </td>
                <td>{visibleText(problem.reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown.length > 0 && (
        <table className={css.table}>
          <caption className="sec">Hosts</caption>
          <thead>
            <tr>
              <th scope="col">Host</th>
              <th scope="col">What happens</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((host) => (
              <tr key={host.name}>
                <th scope="row">{host.name}</th>
                <td>
                  {ACTIONS[host.action]}
                  {Object.entries(host.changes).map(([field, [before, after]]) => (
                    <span key={field} className="dim">
                      {' '}
                      · {field} {visibleText(said(before))} → {visibleText(said(after))}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {found.hosts.length > MOST && <p className="dim">and {plural(found.hosts.length - MOST, 'more host')}</p>}
    </>
  );
};

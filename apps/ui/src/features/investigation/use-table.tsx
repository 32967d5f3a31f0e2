import { RESOURCES, type MatrixRun } from '@fleetscope/contracts';
import { UseGlyph } from '../../components/use-glyph';
import { AspectHead } from './aspect-head';
import { resourceTitle, stateWords, USE_ASPECTS } from './matrix';
import css from './use-table.module.css';

/** The USE table of one host: every resource by aspect, each cell a door. */
export const UseTable = ({ run, at, onAt }: { run: MatrixRun; at: string | undefined; onAt(at: string): void }) => {
  const resources = RESOURCES.filter((resource) => run.use.some((line) => line.resource === resource));
  return (
    <>
      <h3 className="sec">USE table</h3>
      <table className={css.table}>
        <AspectHead />
        <tbody>
          {resources.map((resource) => (
            <tr key={resource}>
              <th scope="row">{resourceTitle(resource)}</th>
              {USE_ASPECTS.map((aspect) => {
                const line = run.use.find((one) => one.resource === resource && one.aspect === aspect);
                const here = `${resource}.${aspect}`;
                if (!line) {
                  return (
                    <td key={aspect} className={css.none}>
                      <span className="visually-hidden">not judged</span>
                    </td>
                  );
                }
                const words = line.state === 'unknown' || line.said === null ? stateWords[line.state] : line.said;
                return (
                  <td key={aspect}>
                    <button
                      type="button"
                      aria-pressed={at === here}
                      aria-label={`${resourceTitle(resource)} ${aspect}: ${stateWords[line.state]}, ${line.said ?? ''}`}
                      title={line.said ?? words}
                      onClick={() => onAt(here)}
                    >
                      <UseGlyph state={line.state} />
                      <span className={line.state === 'crit' || line.state === 'warn' ? line.state : undefined}>
                        {words}
                      </span>
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
};

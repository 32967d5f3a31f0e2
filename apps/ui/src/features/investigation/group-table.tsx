import { groupRows, type RuleOutcome } from '@fleetscope/contracts';
import { UseGlyph } from '../../components/use-glyph';
import { visibleText } from '../../components/visible-text';
import { AspectHead } from './aspect-head';
import { stateWords, USE_ASPECTS } from './matrix';
import css from './use-table.module.css';

const MOST = 40;
const LONG = 34;

/** Paths of cgroups tell most at their end. */
const ending = (group: string): string => (group.length > LONG ? `…${group.slice(1 - LONG)}` : group);

/** Containers and services under their host, the worst first; nothing where none was read. */
export const GroupTable = ({ outcomes }: { outcomes: readonly RuleOutcome[] }) => {
  const rows = groupRows(outcomes);
  if (rows.length === 0) return null;
  return (
    <>
      <h3 className="sec">Containers and services</h3>
      <table className={`${css.table} ${css.groups}`}>
        <AspectHead />
        <tbody>
          {rows.slice(0, MOST).map(({ group, cells }) => (
            <tr key={group}>
              <th scope="row" title={visibleText(group)} className={css.group}>
                {visibleText(ending(group))}
              </th>
              {USE_ASPECTS.map((aspect) => {
                const cell = cells.find((one) => one.aspect === aspect);
                if (!cell)
                  return (
                    <td key={aspect} className={css.none}>
                      <span className="visually-hidden">not judged</span>
                    </td>
                  );
                const words = cell.label ?? stateWords[cell.state];
                return (
                  <td key={aspect} title={cell.reason ?? words}>
                    <span className={css.still}>
                      <UseGlyph state={cell.state} />
                      <span className={cell.state === 'crit' || cell.state === 'warn' ? cell.state : undefined}>
                        <span className="visually-hidden">{stateWords[cell.state]}, </span>
                        {words}
                      </span>
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST && <p className="dim">and {rows.length - MOST} more, none of them worse</p>}
    </>
  );
};

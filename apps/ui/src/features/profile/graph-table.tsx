import { type CallTree, functionsOf, weightText } from '@fleetscope/profiles';
import { useMemo } from 'react';
import { visibleText } from '../../components/visible-text';
import { percent } from './words';

const MOST = 100;

/** What the canvas shows, for those who listen: the heaviest functions. */
export const GraphTable = ({ tree }: { tree: CallTree }) => {
  const rows = useMemo(() => functionsOf(tree).slice(0, MOST), [tree]);
  return (
    <div className="visually-hidden">
      <table>
        <caption>The {rows.length} heaviest functions</caption>
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col">Self</th>
            <th scope="col">With callees</th>
            <th scope="col">Weight</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, self, total }) => (
            <tr key={label}>
              <th scope="row">{visibleText((tree.labels[label]?.name ?? '?').slice(0, 300))}</th>
              <td>{percent(self / tree.weight)}</td>
              <td>{percent(total / tree.weight)}</td>
              <td>{weightText(total, tree.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

import { type CallTree, type FunctionChange, functionsOf, weightText } from '@fleetscope/profiles';
import { useMemo } from 'react';
import { type Column, DataTable } from '../../components/data-table';
import { visibleText } from '../../components/visible-text';
import { percent, signed } from './words';
import css from './side.module.css';

interface Row {
  label: number;
  name: string;
  module: string;
  self: number;
  total: number;
  change: FunctionChange | null;
}

interface Props {
  tree: CallTree;
  changes: readonly FunctionChange[] | null;
  words: string | undefined;
  maxHeight: number | string;
  onFunction(name: string): void;
}

/** Every function with its weight, alone and with what it calls; against the other side where there is one. */
export const TopFunctions = ({ tree, changes, words, maxHeight, onFunction }: Props) => {
  const rows = useMemo(() => rowsOf(tree, changes, words), [tree, changes, words]);
  const columns = useMemo(
    () => columnsOf(tree, changes !== null, Math.max(0, ...rows.slice(0, 1_000).map(({ self }) => self)), onFunction),
    [tree, changes, rows, onFunction],
  );
  return (
    <DataTable
      label="Functions"
      columns={columns}
      rows={rows}
      keyOf={({ label, name }) => `${label} ${name}`}
      sort={{ by: changes ? 'change' : 'self', down: true }}
      maxHeight={maxHeight}
      empty={words ? `No function's name holds “${words}”.` : 'There are no samples.'}
    />
  );
};

const rowsOf = (tree: CallTree, changes: readonly FunctionChange[] | null, words: string | undefined): Row[] => {
  const wanted = words?.trim().toLowerCase() ?? '';
  const rows = changes
    ? changes.map((change, label) => ({
        label,
        name: change.name,
        module: change.module ?? '',
        self: change.selfAfter,
        total: change.totalAfter,
        change,
      }))
    : functionsOf(tree).map(({ label, self, total }) => ({
        label,
        name: tree.labels[label]?.name ?? '?',
        module: tree.labels[label]?.module ?? '',
        self: self / tree.weight,
        total: total / tree.weight,
        change: null,
      }));
  return wanted === '' ? rows : rows.filter(({ name }) => name.toLowerCase().includes(wanted));
};

const columnsOf = (
  tree: CallTree,
  isChange: boolean,
  most: number,
  onFunction: (name: string) => void,
): Column<Row>[] => [
  {
    id: 'name',
    title: 'Function',
    value: ({ name }) => name,
    render: ({ name }) => (
      <button type="button" className={css.name} title="Its callers and callees" onClick={() => onFunction(name)}>
        <code>{visibleText(name.slice(0, 300))}</code>
      </button>
    ),
  },
  ...(isChange
    ? [
        {
          id: 'change',
          title: 'Change of self',
          isNumber: true,
          value: ({ change }: Row) => Math.abs(change?.delta ?? 0),
          render: ({ change }: Row) => (
            <span className={change?.significant ? undefined : 'faint'}>{signed(change?.delta ?? 0)}</span>
          ),
        },
        {
          id: 'before',
          title: 'Before',
          isNumber: true,
          value: ({ change }: Row) => change?.selfBefore ?? 0,
          render: ({ change }: Row) => percent(change?.selfBefore ?? 0),
        },
      ]
    : []),
  {
    id: 'self',
    title: isChange ? 'Now' : 'Self',
    isNumber: true,
    value: ({ self }) => self,
    render: ({ self }) => (
      <span className={css.share}>
        <i style={{ width: `${most > 0 ? (self / most) * 100 : 0}%` }} />
        {percent(self)}
      </span>
    ),
  },
  {
    id: 'total',
    title: 'With callees',
    isNumber: true,
    value: ({ total }) => total,
    render: ({ total }) => percent(total),
  },
  ...(isChange
    ? []
    : [
        {
          id: 'weight',
          title: 'Weight',
          isNumber: true,
          value: ({ self }: Row) => self,
          render: ({ self }: Row) => <span className="dim">{weightText(self * tree.weight, tree.unit)}</span>,
        },
      ]),
  {
    id: 'module',
    title: 'Module',
    value: ({ module }) => module,
    render: ({ module }) => (
      <span className="dim" title={module}>
        {visibleText(module.slice(module.lastIndexOf('/') + 1))}
      </span>
    ),
  },
];

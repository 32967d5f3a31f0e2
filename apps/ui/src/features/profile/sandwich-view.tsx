import { type CallTree, functionsOf, kindColour, weightText } from '@fleetscope/profiles';
import { useCallback, useMemo, useState } from 'react';
import { useIsDark } from '../../charts/use-canvas';
import { visibleText } from '../../components/visible-text';
import { find } from './find';
import { boxColour } from './flame-colours';
import { ROW } from './flame-draw';
import { FlameGraph } from './flame-graph';
import { type Flame, flameOf } from './flame-model';
import { sandwichOf } from './sandwich';
import { percent } from './words';
import css from './profile-page.module.css';

interface Props {
  tree: CallTree;
  /** The function in the middle; the heaviest without it. */
  name: string | undefined;
  found: string | undefined;
  height: number;
  onFunction(name: string): void;
}

/** Who calls a function, above it; what it calls, below it; wherever it occurs. */
export const SandwichView = ({ tree, name, found, height, onFunction }: Props) => {
  const heaviest = useMemo(() => functionsOf(tree)[0]?.label, [tree]);
  const chosen = name ?? (heaviest === undefined ? undefined : tree.labels[heaviest]?.name);
  const sandwich = useMemo(() => (chosen === undefined ? null : sandwichOf(tree, chosen)), [tree, chosen]);
  const flames = useMemo(
    () => sandwich && { callers: flameOf(sandwich.callers, 'weight'), callees: flameOf(sandwich.callees, 'weight') },
    [sandwich],
  );
  if (chosen === undefined) return <p className="dim">There are no samples.</p>;
  if (!sandwich || !flames)
    return (
      <p className="dim">{visibleText(chosen.slice(0, 200))} is not among these samples. Fewer filters may show it.</p>
    );
  const half = Math.max(120, (height - 60) / 2);
  const above = Math.min(half, (flames.callers.layout.maxDepth + 1) * ROW);
  return (
    <>
      <Half
        key={`callers ${chosen}`}
        label={`Callers of ${chosen}`}
        flame={flames.callers}
        direction="up"
        found={found}
        height={half}
        onFunction={onFunction}
      />
      <p className={css.middle}>
        ↑ who calls <code>{visibleText(chosen.slice(0, 200))}</code> · {percent(sandwich.share)} of all,{' '}
        {weightText(sandwich.share * tree.weight, tree.unit)} · what it calls ↓
      </p>
      <Half
        key={`callees ${chosen}`}
        label={`Callees of ${chosen}`}
        flame={flames.callees}
        direction="down"
        found={found}
        height={Math.max(half, height - 60 - above)}
        onFunction={onFunction}
      />
    </>
  );
};

const Half = ({
  label,
  flame,
  direction,
  found,
  height,
  onFunction,
}: {
  label: string;
  flame: Flame;
  direction: 'up' | 'down';
  found: string | undefined;
  height: number;
  onFunction(name: string): void;
}) => {
  const [zoom, setZoom] = useState(-1);
  const isDark = useIsDark();
  const matches = useMemo(() => find(flame.tree, found), [flame, found]);
  const colour = useCallback(
    (node: number) => {
      const frame = flame.tree.labels[flame.tree.label[node] as number];
      return boxColour(kindColour(frame?.kind ?? 'unknown', frame?.name ?? ''), 'kind', isDark);
    },
    [flame, isDark],
  );
  const describe = useCallback(
    (node: number) => {
      const total = flame.tree.total[node] as number;
      return [`${weightText(total, flame.tree.unit)}, ${percent(total / flame.tree.weight)} of all`];
    },
    [flame],
  );
  return (
    <FlameGraph
      label={label}
      flame={flame}
      zoom={zoom < flame.tree.size ? zoom : -1}
      direction={direction}
      found={matches?.labels ?? null}
      maxHeight={height}
      colour={colour}
      describe={describe}
      onZoom={(node) => setZoom(node === zoom ? -1 : node)}
      onFunction={onFunction}
    />
  );
};

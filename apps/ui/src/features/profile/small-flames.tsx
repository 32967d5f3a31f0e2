import { callTree, keeping, kindColour, type NamedProfile, type SampleFilter } from '@fleetscope/profiles';
import { memo, useCallback, useMemo } from 'react';
import { type Draw, useCanvas, useIsDark } from '../../charts/use-canvas';
import { type ProfileRoot } from '../../app/search';
import { find } from './find';
import { boxColour } from './flame-colours';
import { eachBox, flameOf, windowOf } from './flame-model';
import { percent } from './words';
import css from './small-flames.module.css';

interface Props {
  named: readonly NamedProfile[];
  chosen: ReadonlySet<string>;
  root: ProfileRoot;
  filter: SampleFilter;
  /** Whose share stands below each: what is searched for, or the widest function. */
  words: string | undefined;
  onHost(host: string): void;
}

/** The same graph of every host, small: an odd outline is seen before a number is read. */
export const SmallFlames = memo(({ named, chosen, root, filter, words, onHost }: Props) => (
  <div className={css.grid}>
    {named.map((one) => (
      <SmallFlame
        key={one.host}
        one={one}
        isChosen={chosen.has(one.host)}
        root={root}
        filter={filter}
        words={words}
        onHost={onHost}
      />
    ))}
  </div>
));
SmallFlames.displayName = 'SmallFlames';

const LEAST_PIXELS = 0.7;

const SmallFlame = ({
  one: { host, profile },
  isChosen,
  root,
  filter,
  words,
  onHost,
}: Omit<Props, 'named' | 'chosen'> & { one: NamedProfile; isChosen: boolean }) => {
  const isDark = useIsDark();
  const flame = useMemo(
    () => flameOf(callTree(profile, { root, keep: keeping(profile, filter) }), 'name'),
    [profile, root, filter],
  );
  const found = useMemo(() => find(flame.tree, words), [flame, words]);
  const draw = useCallback<Draw>(
    (context, { width, height }) => {
      const window = windowOf(flame, -1);
      // Rows of boxes too narrow to be seen here would only press the others together.
      let rows = 1;
      eachBox(flame, window, 2 / width, (box) => {
        rows = Math.max(rows, (flame.layout.depth[box] as number) + 1);
      });
      const row = Math.min(6, height / rows);
      eachBox(flame, window, LEAST_PIXELS / width, (box, x, share) => {
        const label = flame.tree.labels[flame.tree.label[flame.layout.node[box] as number] as number];
        if (!label) return;
        context.globalAlpha =
          found && found.labels[flame.tree.label[flame.layout.node[box] as number] as number] !== 1 ? 0.35 : 1;
        context.fillStyle = boxColour(kindColour(label.kind, label.name), 'kind', isDark).fill;
        const depth = flame.layout.depth[box] as number;
        context.fillRect(x * width, height - (depth + 1) * row, share * width, Math.max(0.5, row - 0.5));
      });
      context.globalAlpha = 1;
    },
    [flame, found, isDark],
  );
  const canvas = useCanvas(draw);
  const said = found ? ` · ${percent(found.share)}` : flame.tree.weight === 0 ? ' · none' : '';
  return (
    <button
      type="button"
      className={css.host}
      aria-pressed={isChosen}
      onClick={() => onHost(host)}
      title={`Look at ${host}`}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <span>
        {host}
        {said}
      </span>
    </button>
  );
};

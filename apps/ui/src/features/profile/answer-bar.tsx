import { changeColour, kindColour, type Shape } from '@fleetscope/profiles';
import { useMemo } from 'react';
import { useIsDark } from '../../charts/use-canvas';
import { boxColour } from './flame-colours';
import { type Picture } from './use-picture';
import { changeAnswer, shapeAnswer } from './words';
import css from './profile-page.module.css';

interface Props {
  picture: Picture;
  shape: Shape;
  /** Names of the two sides. */
  before: string;
  after: string;
  /** There is nothing to compare with. */
  isMissing: boolean;
}

/** The sentence that the graph bears out, and what its colours mean. */
export const AnswerBar = ({ picture, shape, before, after, isMissing }: Props) => {
  const answer = useMemo(
    () => (picture.change ? changeAnswer(picture.change.functions, before, after) : shapeAnswer(shape)),
    [picture, shape, before, after],
  );
  return (
    <section className={css.answer} aria-label="What the profile says">
      <p>
        <b>{answer.first}</b> <span>{answer.rest.join(' ')}</span>
        {isMissing && <span className="warn"> There is nothing to compare with: no other host has stacks.</span>}
      </p>
      {picture.change ? <ChangeKey /> : <KindKey picture={picture} />}
    </section>
  );
};

const ChangeKey = () => {
  const isDark = useIsDark();
  const stops = [
    [1, 0],
    [0.5, 0.2],
    [1, 1],
    [0.2, 0.5],
    [0, 1],
  ] as const;
  const colours = stops.map(([before, after]) => boxColour(changeColour(before, after), 'change', isDark).fill);
  return (
    <span className={css.key}>
      less <i style={{ background: `linear-gradient(90deg, ${colours.join(', ')})` }} /> more
    </span>
  );
};

/** Only the kinds that occur. */
const KindKey = ({ picture: { tree } }: { picture: Picture }) => {
  const isDark = useIsDark();
  const kinds = useMemo(() => {
    const seen = new Set<(typeof tree.labels)[number]['kind']>();
    for (let at = 0; at < tree.size; at++) {
      const label = tree.labels[tree.label[at] as number];
      // What the stacks stand on is no frame.
      if (label && (tree.parent[at] !== -1 || label.kind !== 'unknown')) seen.add(label.kind);
    }
    return [...seen];
  }, [tree]);
  return (
    <span className={css.kinds}>
      {kinds.map((kind) => (
        <span key={kind}>
          <i style={{ background: boxColour(kindColour(kind, ''), 'kind', isDark).fill }} />
          {kind === 'unknown' ? 'no name' : kind}
        </span>
      ))}
    </span>
  );
};

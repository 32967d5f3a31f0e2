import { type FunctionChange, functionsOf, type SymbolQuality, type WaitShare, weightText } from '@fleetscope/profiles';
import { useMemo, type ReactNode } from 'react';
import { visibleText } from '../../components/visible-text';
import { type Picture } from './use-picture';
import { percent, signed, symbolWords } from './words';
import css from './side.module.css';

interface Props {
  picture: Picture;
  quality: SymbolQuality;
  split: readonly WaitShare[] | null;
  onFunction(name: string): void;
  onAll(): void;
  children: ReactNode;
}

const MOST = 8;

/** Beside the graph: what weighs or changed most, what was waited for, how good the names are, the hosts. */
export const Side = ({ picture, quality, split, onFunction, onAll, children }: Props) => {
  const symbols = symbolWords(quality);
  return (
    <aside className={css.side} aria-label="About this profile">
      {split && split.length > 0 && (
        <>
          <h2 className="sec">Waited for</h2>
          <Waits split={split} unit={picture.tree.unit} />
        </>
      )}
      <h2 className="sec">{picture.change ? 'What changed most' : 'Most in itself'}</h2>
      {picture.change ? (
        <Changes changes={picture.change.functions} onFunction={onFunction} />
      ) : (
        <Heaviest picture={picture} onFunction={onFunction} />
      )}
      <p className={css.text}>
        <button type="button" className="link" onClick={onAll}>
          All functions
        </button>
      </p>
      {children}
      <h2 className="sec">Names</h2>
      <p className={css.text}>{symbols ?? 'Every frame has a name.'}</p>
      {quality.causes.map((cause) => (
        <p key={cause} className={css.text}>
          {visibleText(cause)}
        </p>
      ))}
    </aside>
  );
};

const Heaviest = ({ picture: { tree }, onFunction }: { picture: Picture; onFunction(name: string): void }) => {
  const functions = useMemo(() => functionsOf(tree).filter(({ self }) => self > 0), [tree]);
  return (
    <ul className={css.list}>
      {functions.slice(0, MOST).map(({ label, self }) => {
        const { name, module } = tree.labels[label] ?? { name: '?', module: null };
        // Two programs may have a function of one name.
        const isTwice = functions
          .slice(0, MOST)
          .some((one) => one.label !== label && tree.labels[one.label]?.name === name);
        return (
          <li key={label}>
            <FunctionName name={name} onFunction={onFunction} />
            <span className={css.share}>
              <i style={{ width: `${(self / (functions[0]?.self ?? self)) * 100}%` }} />
              {percent(self / tree.weight)}
            </span>
            {isTwice && module && <small>{visibleText(module)}</small>}
          </li>
        );
      })}
      {functions.length === 0 && <li className="dim">There are no samples.</li>}
    </ul>
  );
};

const Changes = ({ changes, onFunction }: { changes: readonly FunctionChange[]; onFunction(name: string): void }) => (
  <ul className={css.list}>
    {changes.slice(0, MOST).map(({ name, module, delta, selfBefore, selfAfter, significant }) => (
      <li key={`${name} ${module ?? ''}`}>
        <FunctionName name={name} onFunction={onFunction} />
        <span className={significant ? undefined : 'faint'}>{signed(delta)}</span>
        <small>{significant ? `${percent(selfBefore)} → ${percent(selfAfter)}` : 'within the sampling error'}</small>
      </li>
    ))}
  </ul>
);

const FunctionName = ({ name, onFunction }: { name: string; onFunction(name: string): void }) => (
  <button type="button" className={css.name} title={visibleText(name.slice(0, 400))} onClick={() => onFunction(name)}>
    <code>{visibleText(name.slice(0, 200))}</code>
  </button>
);

/** One hue for each, far apart for any colour vision (Okabe and Ito 2008); sleep and polls are quiet: nobody hurries there. */
const WAIT_COLOURS: Readonly<Record<string, string>> = {
  'run queue': '#d55e00',
  lock: '#cc79a7',
  disk: '#e69f00',
  network: '#56b4e9',
  pipe: '#009e73',
  sleep: 'var(--quiet2)',
  poll: 'var(--quiet2)',
  other: 'var(--faint)',
};

const Waits = ({ split, unit }: { split: readonly WaitShare[]; unit: Picture['tree']['unit'] }) => (
  <>
    <div
      className={css.bar}
      role="img"
      aria-label={split.map(({ wait, share }) => `${wait} ${percent(share)}`).join(', ')}
    >
      {split.map(({ wait, share }) => (
        <i
          key={wait}
          style={{ width: `${share * 100}%`, background: WAIT_COLOURS[wait] }}
          title={`${wait} ${percent(share)}`}
        />
      ))}
    </div>
    <div className={css.waits}>
      {split.flatMap(({ wait, weight, share }) => [
        <i key={`${wait} colour`} style={{ background: WAIT_COLOURS[wait] }} />,
        <span key={wait}>{wait}</span>,
        <span key={`${wait} share`}>{percent(share)}</span>,
        <span key={`${wait} weight`}>{weightText(weight, unit)}</span>,
      ])}
    </div>
  </>
);

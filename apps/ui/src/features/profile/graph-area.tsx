import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useIsDark } from '../../charts/use-canvas';
import { type ProfileSearch } from '../../app/search';
import { isTyping, useHadDialog } from '../../components/use-had-dialog';
import { visibleText } from '../../components/visible-text';
import { find } from './find';
import { colouring } from './colouring';
import { FlameGraph } from './flame-graph';
import { pathTo } from './flame-model';
import { GraphTable } from './graph-table';
import { idOf, nodeOf } from './frame-ids';
import { SandwichView } from './sandwich-view';
import { TopFunctions } from './top-functions';
import { type Picture } from './use-picture';
import { changeLines, frameLines, percent } from './words';
import css from './profile-page.module.css';

interface Props {
  picture: Picture;
  search: ProfileSearch;
  onChange(changes: Partial<ProfileSearch>): void;
  onZoom(id: string | undefined): void;
  onFunction(name: string): void;
}

/** The way to what fills the width, the search, and the chosen view. */
export const GraphArea = ({ picture, search, onChange, onZoom, onFunction }: Props) => {
  const { flame, tree, change } = picture;
  const view = search.view ?? 'flame';
  const words = useDeferredValue(search.q);
  const found = useMemo(() => find(flame.tree, words), [flame, words]);
  const zoom = useMemo(() => nodeOf(flame.tree, search.zoom), [flame, search.zoom]);
  const area = useRef<HTMLDivElement>(null);
  const height = useHeight(area);
  const isDark = useIsDark();
  const colour = useMemo(() => colouring(picture, isDark), [picture, isDark]);
  const describe = useCallback(
    (node: number) => (change ? changeLines(change.tree, node) : frameLines(flame.tree, node)),
    [flame, change],
  );
  const onNode = useCallback(
    // What fills the width already leads back to all.
    (node: number) => onZoom(node === zoom || node === -1 ? undefined : idOf(flame.tree, node)),
    [onZoom, flame, zoom],
  );
  const direction = search.down ? 'down' : 'up';
  return (
    <>
      <div className={css.crumbs}>
        {view === 'flame' && <Crumbs picture={picture} zoom={zoom} onZoom={onNode} />}
        {view !== 'flame' && <span className="spacer" />}
        <SearchField value={search.q} onChange={(q) => onChange({ q })} />
        <span className="dim" role="status">
          {found ? `${percent(found.share)} matches` : ''}
        </span>
        {view === 'flame' && (
          <button
            type="button"
            className="chip"
            aria-pressed={search.down === true}
            onClick={() => onChange({ down: search.down ? undefined : true })}
          >
            Root on top
          </button>
        )}
      </div>
      <div ref={area} className={css.graph} data-nodes={flame.tree.size}>
        {flame.layout.size === 0 && (
          <p className="dim">
            No samples are left by these filters. Fewer filters, or a longer part of the window, show some.
          </p>
        )}
        {view === 'flame' && flame.layout.size > 0 && (
          <>
            <FlameGraph
              label="Flame graph"
              flame={flame}
              zoom={zoom}
              direction={direction}
              found={found?.labels ?? null}
              maxHeight={height}
              colour={colour}
              describe={describe}
              onZoom={onNode}
              onFunction={onFunction}
            />
            <p className={css.hint}>
              Click or <kbd>Enter</kbd> zooms · <kbd>Esc</kbd> goes back · <kbd>/</kbd> searches · arrows walk ·{' '}
              <kbd>S</kbd> callers and callees
            </p>
          </>
        )}
        {view === 'sandwich' && (
          <SandwichView tree={tree} name={search.fn} found={words} onFunction={onFunction} height={height} />
        )}
        {view === 'top' && (
          <TopFunctions
            key={change ? 'change' : 'self'}
            tree={tree}
            changes={change?.functions ?? null}
            words={words}
            maxHeight={height}
            onFunction={onFunction}
          />
        )}
        <GraphTable tree={tree} />
      </div>
    </>
  );
};

/** The way from the root; callers in between are folded when there are many. */
const Crumbs = ({
  picture: { flame },
  zoom,
  onZoom,
}: {
  picture: Picture;
  zoom: number;
  onZoom(node: number): void;
}) => {
  const path = zoom === -1 ? [] : pathTo(flame.tree, zoom);
  const shown = path.length > 5 ? [...path.slice(0, 2), -1, ...path.slice(-2)] : path;
  const name = (node: number): string => flame.tree.labels[flame.tree.label[node] as number]?.name ?? '?';
  return (
    <ol className={css.path} aria-label="Zoomed to">
      <li>
        {zoom === -1 ? (
          <span>All {flame.tree.size.toLocaleString('en-GB')} frames</span>
        ) : (
          <button type="button" className="link" onClick={() => onZoom(-1)}>
            All
          </button>
        )}
      </li>
      {shown.map((node) =>
        node === -1 ? (
          <li key="between">{path.length - 4} more</li>
        ) : (
          <li key={node}>
            {node === zoom ? (
              <b title={visibleText(name(node))}>{visibleText(name(node).slice(0, 200))}</b>
            ) : (
              <button type="button" className="link" title={visibleText(name(node))} onClick={() => onZoom(node)}>
                {visibleText(name(node).slice(0, 200))}
              </button>
            )}
          </li>
        ),
      )}
    </ol>
  );
};

const SearchField = ({ value, onChange }: { value: string | undefined; onChange(value: string | undefined): void }) => {
  const field = useRef<HTMLInputElement>(null);
  const hadDialog = useHadDialog();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.defaultPrevented || hadDialog.current || isTyping(event.target)) return;
      event.preventDefault();
      field.current?.select();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [hadDialog]);
  return (
    <span className={css.search}>
      <input
        ref={field}
        className="field"
        type="search"
        placeholder="Find a function"
        aria-label="Find a function"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    </span>
  );
};

const LEAST_HEIGHT = 260;
const HINT = 32;

/** How high a graph may be: what the window leaves, or so much that it can be read. */
const useHeight = (element: { current: HTMLElement | null }): number => {
  const [height, setHeight] = useState(LEAST_HEIGHT);
  useEffect(() => {
    const measure = (): void => {
      const top = element.current?.getBoundingClientRect().top ?? 0;
      // On a phone the page scrolls: there, the graph takes most of a screen.
      const left = window.innerWidth <= 900 ? window.innerHeight * 0.72 : window.innerHeight - Math.max(0, top);
      setHeight(Math.max(LEAST_HEIGHT, Math.round(left - HINT - 12)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (element.current) observer.observe(element.current);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [element]);
  return height;
};

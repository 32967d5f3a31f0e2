import { type InvestigationView, type ProfileSummary } from '@fleetscope/contracts';
import { useCallback, useMemo, useRef } from 'react';
import { wordsOf } from '../../api/problem';
import { type ProfileSearch } from '../../app/search';
import { type HeatGrid } from '../../charts/heat-grid';
import { HeatStrip } from '../../charts/heat-strip';
import { useEscape } from '../../components/use-escape';
import { keeping } from '@fleetscope/profiles';
import { AnswerBar } from './answer-bar';
import { chosenOf, filterOf, isInvestigation } from './choices';
import { Filters } from './filters';
import { GraphArea } from './graph-area';
import { hostsGrid, secondsGrid } from './heat-model';
import { MOST_HERE, useProfiles } from './profile-data';
import { ProfileHead } from './profile-head';
import { Side } from './side';
import { hasTimes } from './slice';
import { SmallFlames } from './small-flames';
import { usePicture, useSayings } from './use-picture';
import { hostsWords } from './words';
import css from './profile-page.module.css';

interface Props {
  investigation: InvestigationView;
  summaries: readonly ProfileSummary[];
  search: ProfileSearch;
  onChange(changes: Partial<ProfileSearch>): void;
}

export const ProfileView = ({ investigation, summaries, search, onChange }: Props) => {
  const looked = usePicture(investigation.id, summaries, search);
  const { all, chosen, before, after, other, profile, picture, step } = looked;
  const sayings = useSayings(profile, picture, search);
  const { command, cgroup, thread, cpu, from, to } = search;
  const filter = useMemo(() => filterOf({ command, cgroup, thread, cpu }), [command, cgroup, thread, cpu]);
  // Every host's own, whichever are chosen: for the small graphs.
  const everyone = useMemo(() => chosenOf(all, undefined).slice(0, MOST_HERE), [all]);
  const each = useProfiles(
    everyone.length > 1 && step !== undefined
      ? { id: investigation.id, step, summaries: everyone, weigh: 'equal', time: null }
      : null,
  );
  const range = from === undefined || to === undefined ? null : { from, to };
  const grid = useMemo<HeatGrid | null>(() => {
    const [only] = after.named;
    if (!only || !after.named.every((one) => hasTimes(one.profile))) return null;
    return after.named.length === 1 ? secondsGrid(only.profile, keeping(only.profile, filter)) : hostsGrid(after.named);
  }, [after.named, filter]);
  const trail = useRef<(string | undefined)[]>([]);
  const zoomTo = useCallback(
    (zoom: string | undefined) => {
      trail.current.push(search.zoom);
      onChange({ zoom });
    },
    [onChange, search.zoom],
  );
  const back = useCallback(() => {
    if (search.zoom !== undefined) onChange({ zoom: trail.current.pop() });
    else if (search.q !== undefined) onChange({ q: undefined });
    else onChange({ from: undefined, to: undefined });
  }, [onChange, search.zoom, search.q]);
  useEscape(search.zoom !== undefined || search.q !== undefined || range ? back : null);
  const onFunction = useCallback((fn: string) => onChange({ view: 'sandwich', fn }), [onChange]);
  const onHost = useCallback(
    (host: string) => onChange({ hosts: search.hosts === host ? undefined : host, thread: undefined, cpu: undefined }),
    [onChange, search.hosts],
  );
  const names = useMemo(() => new Set(chosen.map(({ host }) => host)), [chosen]);
  const problem = after.error ?? other.error;
  const against = isInvestigation(search.vs)
    ? 'the other capture'
    : search.vs === 'peers'
      ? 'its peers'
      : hostsWords(before, -1);
  return (
    <div className={css.page}>
      <ProfileHead investigation={investigation} looked={looked} search={search} onChange={onChange} />
      {problem !== null && (
        <p className={css.note} role="alert">
          The stacks could not be read: {wordsOf(problem)}
        </p>
      )}
      {chosen.length === 0 && (
        <p className={css.note}>
          No stacks of {search.hosts ?? 'any host'} here.{' '}
          <button type="button" className="link" onClick={() => onChange({ hosts: undefined })}>
            All hosts that have some
          </button>
        </p>
      )}
      {picture && sayings && (
        <AnswerBar
          picture={picture}
          shape={sayings.shape}
          before={against}
          after={hostsWords(chosen, all.length)}
          isMissing={search.vs !== undefined && before.length === 0}
        />
      )}
      <Filters looked={looked} investigation={investigation} search={search} onChange={onChange} />
      {!picture && problem === null && chosen.length > 0 && <p className={css.loading}>Reading the stacks …</p>}
      {picture && sayings && (
        <div className={css.body}>
          <main className={css.main} aria-label="Graph">
            {grid ? (
              <HeatStrip
                title={grid.hosts ? 'Every host, over the window' : 'Every sample, second by second'}
                grid={grid}
                range={range}
                onRange={(next) => onChange({ from: next?.from, to: next?.to })}
                onHost={onHost}
              />
            ) : (
              <p className={css.note}>
                {after.named.length === 0
                  ? `More than ${MOST_HERE} hosts are merged: choose fewer to see them over time.`
                  : 'These stacks carry no times, so there is nothing to draw over time.'}
              </p>
            )}
            <GraphArea picture={picture} search={search} onChange={onChange} onZoom={zoomTo} onFunction={onFunction} />
          </main>
          <Side
            picture={picture}
            quality={sayings.quality}
            split={sayings.split}
            onFunction={onFunction}
            onAll={() => onChange({ view: 'top' })}
          >
            {each.named.length > 1 && (
              <>
                <h2 className="sec">The same graph on each host</h2>
                <SmallFlames
                  named={each.named}
                  chosen={names}
                  root={search.root ?? 'command'}
                  filter={filter}
                  words={search.q ?? search.fn}
                  onHost={onHost}
                />
                {all.length > everyone.length && (
                  <p className={css.hint}>
                    The first {everyone.length} of {all.length} hosts.
                  </p>
                )}
              </>
            )}
          </Side>
        </div>
      )}
    </div>
  );
};

import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { hostsQuery, latestQuery } from '../../api/queries';
import { agentsQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useLaunch } from '../../app/launch-context';
import { type FleetSearch } from '../../app/search';
import { useMay } from '../../app/session';
import { plural } from '../../components/format';
import { useEscape } from '../../components/use-escape';
import { PageHead } from '../../components/page-head';
import { PageProblem } from '../../components/page-problem';
import { isMetricId } from '@fleetscope/contracts';
import { Segmented } from '../../components/segmented';
import { AddHostDialog } from './add-host-dialog';
import { BulkEditDialog } from './bulk-edit-dialog';
import { FleetFilters } from './fleet-filters';
import { agentOf, filterHosts, presetFor, sortHosts } from './fleet';
import { HostDetail } from './host-detail';
import { FleetMap } from './fleet-map';
import { ImportPage } from './import-page';
import { HostTable } from './host-table';
import css from './fleet-page.module.css';

/** The hosts: who they are, whether they can be reached, and what to start on them. */
export const FleetPage = () => {
  const search = useSearch({ from: '/shell/hosts' });
  const navigate = useNavigate({ from: '/hosts' });
  const change = useCallback(
    (changes: Partial<FleetSearch>): void =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const openHost = useCallback((host: string): void => change({ host }), [change]);
  const closePanel = useCallback(() => {
    const { host } = search;
    change({ host: undefined });
    // Where one came from: the row is still there.
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(`[data-host="${CSS.escape(host ?? '')}"] button`)
        ?.focus({ preventScroll: true }),
    );
  }, [change, search]);
  useEscape(search.host === undefined ? null : closePanel);
  const { data: hosts, error, refetch } = useQuery({ ...hostsQuery, refetchInterval: 15_000 });
  const colour = search.colour !== undefined && isMetricId(search.colour) ? search.colour : undefined;
  const { data: results } = useQuery({
    ...latestQuery(search.view === 'map' ? colour : undefined),
    refetchInterval: 60_000,
  });
  const hasAgents = hosts?.some(({ transport }) => transport === 'agent') === true;
  const { data: agents } = useQuery({ ...agentsQuery, enabled: hasAgents });
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [isAdding, setAdding] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const launch = useLaunch();
  const mayLaunch = useMay('operator');
  const mayChange = useMay('commander');
  const shown = useMemo(() => sortHosts(filterHosts(hosts ?? [], search), search.sort), [hosts, search]);
  const chosen = shown.filter(({ name }) => picked.has(name));
  const isFiltered = hosts !== undefined && shown.length < hosts.length;
  const open = hosts?.find(({ name }) => name === search.host);
  if (error && !hosts)
    return <PageProblem title="The hosts can't be read" words={wordsOf(error)} retry={() => void refetch()} />;

  if (search.view === 'import' && mayChange) return <ImportPage onClose={() => change({ view: undefined })} />;
  const start = (): void => launch(presetFor(hosts ?? [], chosen, search));
  const unreachable =
    hosts?.filter(({ reachability }) => reachability !== null && reachability.state !== 'reachable').length ?? 0;
  return (
    <div className={css.page} data-panel={open ? 'open' : 'closed'}>
      <PageHead
        title="Fleet"
        fact={
          hosts &&
          `${plural(hosts.length, 'host')}${unreachable > 0 ? `, ${unreachable} not reachable at the last check` : ''}`
        }
      >
        <Segmented
          label="Shown as"
          value={search.view === 'map' ? 'map' : 'table'}
          options={[
            { value: 'table', label: 'Table' },
            { value: 'map', label: 'Map' },
          ]}
          onChange={(view) => change({ view: view === 'map' ? 'map' : undefined })}
        />
        {mayChange && chosen.length > 0 && (
          <button type="button" className="btn" onClick={() => setEditing(true)}>
            Change {plural(chosen.length, 'chosen host')}
          </button>
        )}
        {mayChange && (
          <>
            <button type="button" className="btn" onClick={() => setAdding(true)}>
              Add a host
            </button>
            <button type="button" className="btn" onClick={() => change({ view: 'import' })}>
              Import hosts
            </button>
          </>
        )}
        {mayLaunch && (
          <button type="button" className="btn primary" disabled={shown.length === 0} onClick={start}>
            Start a triage on{' '}
            {chosen.length > 0
              ? plural(chosen.length, 'chosen host')
              : isFiltered
                ? plural(shown.length, 'host')
                : 'all'}
          </button>
        )}
      </PageHead>
      <FleetFilters hosts={hosts ?? []} search={search} shown={shown.length} onChange={change} />
      {hosts?.length === 0 ? (
        <div className={css.empty}>
          <p>There are no hosts yet. Add one, or import an Ansible inventory, an ssh_config or a CSV file.</p>
          {mayChange && (
            <button type="button" className="btn primary" onClick={() => change({ view: 'import' })}>
              Import hosts
            </button>
          )}
        </div>
      ) : search.view === 'map' ? (
        <FleetMap
          hosts={shown}
          results={results}
          search={search}
          picked={picked}
          canPick={mayLaunch}
          onChange={change}
          onPick={setPicked}
          onOpen={(host) => change({ host })}
        />
      ) : (
        <HostTable
          hosts={shown}
          results={results}
          agents={agents}
          picked={picked}
          sort={search.sort ?? 'name'}
          open={search.host ?? null}
          canPick={mayLaunch}
          onPick={setPicked}
          onSort={(sort) => change({ sort: sort === 'name' ? undefined : sort })}
          onOpen={openHost}
        />
      )}
      {open && <HostDetail key={open.name} host={open} agent={agentOf(open, agents)} onClose={closePanel} />}
      {isEditing && <BulkEditDialog hosts={chosen} onClose={() => setEditing(false)} />}
      {isAdding && (
        <AddHostDialog
          onClose={() => setAdding(false)}
          onAdded={(name) => {
            setAdding(false);
            change({ host: name });
          }}
        />
      )}
    </div>
  );
};

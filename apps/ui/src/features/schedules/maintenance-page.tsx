import { type MaintenanceView } from '@fleetscope/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '../../api/client';
import { maintenanceQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { type Column, DataTable } from '../../components/data-table';
import { plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { targetWords } from '../../components/target-words';
import { AddMaintenanceDialog } from './add-maintenance-dialog';
import { maintenanceState, maintenanceWords } from './maintenance';
import { SchedulesHead } from './schedules-head';
import css from '../../components/room.module.css';

/** Windows in which schedules leave hosts alone. */
export const MaintenancePage = () => {
  const { data, error, refetch } = useQuery(maintenanceQuery);
  const mayChange = useMay('operator');
  const now = useNow(10_000);
  const [isAdding, setAdding] = useState(false);
  if (error && !data)
    return <PageProblem title="Maintenance can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const columns: Column<MaintenanceView>[] = [
    {
      id: 'state',
      title: 'State',
      value: (window) => ['now', 'later', 'over'].indexOf(maintenanceState(window, now)),
      render: (window) => {
        const state = maintenanceState(window, now);
        return <span className={state === 'now' ? 'warn' : 'dim'}>{state === 'now' ? 'in force' : state}</span>;
      },
    },
    { id: 'targets', title: 'Hosts', value: ({ targets }) => targetWords(targets) },
    { id: 'when', title: 'When', value: (window) => maintenanceWords(window, now) },
    { id: 'why', title: 'Why', value: ({ why }) => visibleText(why) },
    { id: 'by', title: 'Set by', value: ({ createdBy }) => visibleText(createdBy) },
    ...(mayChange
      ? [{ id: 'end', title: 'End', value: () => null, render: (window: MaintenanceView) => <End window={window} /> }]
      : []),
  ];
  return (
    <div className={css.page}>
      <SchedulesHead
        fact={data && `${plural(data.filter(({ active }) => active).length, 'window')} of maintenance in force`}
      >
        {mayChange && (
          <button type="button" className="btn primary" onClick={() => setAdding(true)}>
            Set a window
          </button>
        )}
      </SchedulesHead>
      <main className={css.body}>
        {data?.length === 0 ? (
          <p className={css.words}>
            No maintenance is planned. In a window of it schedules leave the hosts alone; people may still ask. To keep
            everybody off a host, put it on hold.
          </p>
        ) : (
          <DataTable
            label="Windows of maintenance"
            columns={columns}
            rows={data ?? []}
            keyOf={({ id }) => id}
            sort={{ by: 'state', down: false }}
            maxHeight="100%"
          />
        )}
      </main>
      {isAdding && <AddMaintenanceDialog onClose={() => setAdding(false)} />}
    </div>
  );
};

const End = ({ window }: { window: MaintenanceView }) => {
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const end = useMutation({
    mutationFn: () => unwrap(client.DELETE('/api/v1/maintenance/{id}', { params: { path: { id: window.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: maintenanceQuery.queryKey }),
  });
  return (
    <>
      <button
        type="button"
        className="link"
        disabled={end.isPending}
        onClick={() => (isAsked ? end.mutate() : setAsked(true))}
      >
        {isAsked ? 'Remove the window now' : 'Remove …'}
      </button>
      {end.error && <small className="crit"> {wordsOf(end.error)}</small>}
    </>
  );
};

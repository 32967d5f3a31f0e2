import { type ScheduleView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { wordsOf } from '../../api/problem';
import { freezeQuery, schedulesQuery } from '../../api/room-queries';
import { useMay } from '../../app/session';
import { type Column } from '../../components/data-table';
import { formatClock, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { PanelledList } from '../../components/panelled-list';
import { useNow } from '../../components/use-now';
import { useOpenRow } from '../../components/use-open-row';
import { targetWords } from '../../components/target-words';
import { AddScheduleDialog } from './add-schedule-dialog';
import { firingWords } from './firing-words';
import { FreezeDialog } from './freeze-dialog';
import { SchedulesHead } from './schedules-head';
import { SchedulePanel } from './schedule-panel';
import css from '../../components/room.module.css';

/** Work that starts by the clock: when next, how it went, and stopping it. */
export const SchedulesPage = () => {
  const { open, show } = useOpenRow();
  const { data, error, refetch } = useQuery(schedulesQuery);
  const { data: freeze } = useQuery(freezeQuery);
  const mayAdd = useMay('operator');
  const mayFreeze = useMay('commander');
  const now = useNow(10_000);
  const [dialog, setDialog] = useState<'add' | 'freeze' | null>(null);
  if (error && !data)
    return <PageProblem title="The schedules can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const columns: Column<ScheduleView>[] = [
    { id: 'what', title: 'Runs', value: ({ request }) => request.runbook },
    { id: 'where', title: 'On', value: ({ request }) => targetWords(request.targets) },
    { id: 'cron', title: 'When', value: ({ cron, tz }) => `${cron} ${tz}` },
    {
      id: 'next',
      title: 'Next',
      value: ({ next }) => next[0] ?? null,
      render: ({ next, paused }) =>
        paused ? <span className="warn">paused</span> : next[0] ? formatClock(next[0], now) : 'never again',
    },
    {
      id: 'last',
      title: 'Last',
      value: ({ last }) => last?.due ?? null,
      render: ({ last }) => (last ? `${formatClock(last.due, now)}: ${firingWords(last)}` : 'not yet'),
    },
  ];
  return (
    <div className={css.page}>
      <SchedulesHead fact={data && plural(data.length, 'schedule')}>
        <Link to="/baselines" className="btn">
          Drift over weeks
        </Link>
        {mayFreeze && freeze?.frozen === false && (
          <button type="button" className="btn" onClick={() => setDialog('freeze')}>
            Freeze the fleet
          </button>
        )}
        {mayAdd && (
          <button type="button" className="btn primary" onClick={() => setDialog('add')}>
            Add a schedule
          </button>
        )}
      </SchedulesHead>
      <PanelledList
        label="Schedules"
        title="Schedule"
        columns={columns}
        rows={data}
        nameOf={({ name }) => name}
        sort={{ by: 'next', down: false }}
        open={open}
        show={show}
        empty="Nothing runs by the clock yet. A triage each night says what is usual in each class, so that the next incident has something to be compared with."
        panel={(schedule) => (
          <SchedulePanel key={schedule.name} schedule={schedule} now={now} onClose={() => show(undefined)} />
        )}
      />
      {dialog === 'add' && <AddScheduleDialog onClose={() => setDialog(null)} />}
      {dialog === 'freeze' && <FreezeDialog onClose={() => setDialog(null)} />}
    </div>
  );
};

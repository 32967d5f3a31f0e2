import { type ArmedView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { wordsOf } from '../../api/problem';
import { armedQuery } from '../../api/room-queries';
import { useMay } from '../../app/session';
import { type Column, DataTable } from '../../components/data-table';
import { formatClock, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { useEscape } from '../../components/use-escape';
import { useNow } from '../../components/use-now';
import { targetWords } from '../../components/target-words';
import { conditionWords, roundWords } from './armed';
import { ArmDialog } from './arm-dialog';
import { ArmedPanel } from './armed-panel';
import { SchedulesHead } from './schedules-head';
import css from '../../components/room.module.css';

const STATES: Readonly<Record<ArmedView['state'], string>> = {
  armed: 'armed',
  caught: 'caught all it may',
  ended: 'its time is up',
  disarmed: 'disarmed',
};

/** Captures that wait for a condition: what is watched, at which cost, and what was caught. */
export const ArmedPage = () => {
  const { name: open } = useSearch({ from: '/shell/schedules/armed' });
  const navigate = useNavigate({ from: '/schedules/armed' });
  const { data, error, refetch } = useQuery(armedQuery);
  const mayArm = useMay('operator');
  const now = useNow(10_000);
  const [isArming, setArming] = useState(false);
  const show = (name: string | undefined): void => void navigate({ search: { name }, replace: true });
  useEscape(open === undefined ? null : () => show(undefined));
  if (error && !data)
    return <PageProblem title="What is armed can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const chosen = data?.find(({ name }) => name === open);
  const columns: Column<ArmedView>[] = [
    {
      id: 'name',
      title: 'Armed capture',
      value: ({ name }) => name,
      render: ({ name }) => (
        <button type="button" className="link" onClick={() => show(name)}>
          {name}
        </button>
      ),
    },
    {
      id: 'state',
      title: 'State',
      value: ({ state }) => state,
      render: ({ state }) => <span className={state === 'armed' ? 'warn' : 'dim'}>{STATES[state]}</span>,
    },
    { id: 'when', title: 'When', value: conditionWords },
    { id: 'what', title: 'Captures', value: ({ capture }) => capture.runbook },
    { id: 'where', title: 'On', value: ({ targets }) => targetWords(targets) },
    { id: 'round', title: 'Latest round', value: roundWords },
    {
      id: 'caught',
      title: 'Caught',
      isNumber: true,
      value: ({ caught }) => caught.flatMap(({ hosts }) => hosts).length,
    },
    { id: 'until', title: 'Until', value: ({ until }) => until, render: ({ until }) => formatClock(until, now) },
  ];
  return (
    <div className={css.page}>
      <SchedulesHead fact={data && `${plural(data.filter(({ state }) => state === 'armed').length, 'capture')} armed`}>
        {mayArm && (
          <button type="button" className="btn primary" onClick={() => setArming(true)}>
            Arm a capture
          </button>
        )}
      </SchedulesHead>
      <div className={css.split} data-panel={chosen ? 'open' : 'closed'}>
        <main className={css.body}>
          {data?.length === 0 ? (
            <p className={css.words}>
              Nothing is armed. What comes and goes while nobody looks is caught by a capture that waits for it: a cheap
              condition is read for hours, and where it holds the capture starts by itself.
            </p>
          ) : (
            <DataTable
              label="Armed captures"
              columns={columns}
              rows={data ?? []}
              keyOf={({ name }) => name}
              sort={{ by: 'until', down: true }}
              maxHeight="100%"
              isSelected={({ name }) => name === open}
            />
          )}
        </main>
        {chosen && <ArmedPanel key={chosen.name} armed={chosen} now={now} onClose={() => show(undefined)} />}
      </div>
      {isArming && <ArmDialog onClose={() => setArming(false)} />}
    </div>
  );
};

import { type ArmedView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../../api/problem';
import { armedQuery } from '../../api/room-queries';
import { useMay } from '../../app/session';
import { type Column } from '../../components/data-table';
import { formatClock, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { PanelledList } from '../../components/panelled-list';
import { useNow } from '../../components/use-now';
import { useOpenRow } from '../../components/use-open-row';
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
  const { open, show } = useOpenRow();
  const { data, error, refetch } = useQuery(armedQuery);
  const mayArm = useMay('operator');
  const now = useNow(10_000);
  const [isArming, setArming] = useState(false);
  if (error && !data)
    return <PageProblem title="What is armed can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const columns: Column<ArmedView>[] = [
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
      <PanelledList
        label="Armed captures"
        title="Armed capture"
        columns={columns}
        rows={data}
        nameOf={({ name }) => name}
        sort={{ by: 'until', down: true }}
        open={open}
        show={show}
        empty="Nothing is armed. What comes and goes while nobody looks is caught by a capture that waits for it: a cheap condition is read for hours, and where it holds the capture starts by itself."
        panel={(armed) => <ArmedPanel key={armed.name} armed={armed} now={now} onClose={() => show(undefined)} />}
      />
      {isArming && <ArmDialog onClose={() => setArming(false)} />}
    </div>
  );
};

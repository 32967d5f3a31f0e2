import { type Matrix } from '@fleetscope/contracts';
import { useEffect, useRef } from 'react';
import { useLiveStatus } from '../../api/live';
import { isEnded } from '../../api/queries';
import { useAnnounce } from '../../app/announcer';
import { plural } from '../../components/format';
import { coverageWords } from './words';

const EVERY_MS = 5_000;

/** Says to screen readers what the eye sees change: the coverage now and then, the end, a broken connection. */
export const useAnnouncements = ({ investigation }: Matrix, moves: number): void => {
  const announce = useAnnounce();
  const { state: live } = useLiveStatus();
  const ended = isEnded(investigation);
  const { answered, targeted } = investigation.coverage;
  const latest = useRef('');
  useEffect(() => {
    latest.current = `${answered} of ${plural(targeted, 'host')} answered`;
  }, [answered, targeted]);

  useEffect(() => {
    if (ended) return undefined;
    let said = '';
    const timer = setInterval(() => {
      if (latest.current !== said) announce(latest.current);
      said = latest.current;
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [announce, ended]);

  const wasRunning = useRef(!ended);
  useEffect(() => {
    if (!ended || !wasRunning.current) return;
    wasRunning.current = false;
    const order = moves > 0 ? `. ${plural(moves, 'row')} would move; press R for worst first` : '';
    announce(`Ended: ${investigation.verdict?.summary ?? coverageWords(investigation.coverage)}${order}`);
  }, [announce, ended, investigation, moves]);

  useEffect(() => {
    if (live === 'waiting') announce('The connection broke. Trying again.');
  }, [announce, live]);
};

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { TimeCursor } from './time-cursor';

/** Moving the mouse would change the address at every pixel. */
const PAUSE_MS = 300;

/** The time cursor of the page; where it rests stands in the address, so that a link points at the same moment. */
export const useTimeInAddress = (): TimeCursor => {
  const { t } = useSearch({ from: '/shell/investigations/$id/hosts/$run' });
  const navigate = useNavigate({ from: '/investigations/$id/hosts/$run' });
  const [cursor] = useState(() => new TimeCursor(t ?? null));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = cursor.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(
        () => void navigate({ search: (before) => ({ ...before, t: cursor.get() ?? undefined }), replace: true }),
        PAUSE_MS,
      );
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cursor, navigate]);
  return cursor;
};

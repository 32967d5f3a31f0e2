import { type MatrixRun } from '@fleetscope/contracts';
import { useCallback, useMemo, useState } from 'react';
import { heldOrder, movesBetween, worstFirst } from './order';

export interface RowOrder {
  runs: readonly MatrixRun[];
  /** Rows that would move if the order were made new. */
  moves: number;
  resort(): void;
}

/** Rows in an order that holds still while results arrive; `resort` makes it worst first again. */
export const useOrder = (runs: readonly MatrixRun[]): RowOrder => {
  const sorted = useMemo(() => worstFirst(runs), [runs]);
  const [held, setHeld] = useState<readonly string[]>(sorted);
  const shown = heldOrder(held, sorted);
  const byId = useMemo(() => new Map(runs.map((run) => [run.id, run])), [runs]);
  const ordered = useMemo(() => shown.flatMap((id) => byId.get(id) ?? []), [shown, byId]);
  const moves = useMemo(() => movesBetween(shown, sorted), [shown, sorted]);
  const resort = useCallback(() => setHeld(sorted), [sorted]);
  return { runs: ordered, moves, resort };
};

import { type Comparison, type ComparisonOutcome, type MetricComparison, type MatrixRun } from '@fleetscope/contracts';
import { split } from '../../app/search';

export const MOST_HOSTS = 8;
/** In place of hosts: the investigation as a whole. */
export const ALL = '*';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Hosts that are looked at: the ones in the address, else the oddest that answered. */
export const hostsOf = (runs: readonly MatrixRun[], hosts: string | undefined): string[] => {
  const answered = runs.filter(({ state }) => state === 'succeeded' || state === 'partial');
  const wanted = split(hosts);
  if (wanted.includes(ALL)) return [ALL];
  if (wanted.length > 0) return wanted.filter((host) => answered.some((run) => run.host === host)).slice(0, MOST_HOSTS);
  const [oddest] = [...answered].sort((a, b) => (b.oddness ?? -1) - (a.oddness ?? -1));
  return oddest ? [oddest.host] : [];
};

/** What the control plane is asked to compare: each host of this investigation against one reference. */
export const pairsOf = (id: string, hosts: readonly string[], vs: string): { host: string; a: string; b: string }[] => {
  // As a whole only an investigation can be held against another one.
  if (hosts.includes(ALL) && UUID.test(vs)) return [{ host: 'All hosts', a: id, b: vs }];
  const isOther = vs === 'peers' || vs === 'baseline' || vs === 'earlier';
  return hosts
    .filter((host) => host !== ALL)
    .filter((host) => isOther || UUID.test(vs) || host !== vs)
    .map((host) => ({
      host,
      a: `${id}/${host}`,
      // The same host before, where another investigation is the reference.
      b: isOther ? vs : UUID.test(vs) ? `${vs}/${host}` : `${id}/${vs}`,
    }));
};

export interface MetricRow {
  readonly key: string;
  readonly metric: string;
  readonly title: string;
  readonly instance: string | null;
  readonly unit: string;
  /** By host, in the order of the hosts; null where it was not compared. */
  readonly cells: readonly (MetricComparison | null)[];
  readonly differs: boolean;
  /** Enough values for at least one host to say that it does not differ. */
  readonly isKnown: boolean;
}

const SHOWN: ReadonlySet<ComparisonOutcome> = new Set(['better', 'worse', 'different']);
export const isDifferent = ({ outcome }: Pick<MetricComparison, 'outcome'>): boolean => SHOWN.has(outcome);

/** Metrics as rows, hosts as columns: what differs anywhere first, the clearest difference on top. */
export const rowsOf = (comparisons: readonly (Comparison | undefined)[]): MetricRow[] => {
  const rows = new Map<string, MetricRow & { cells: (MetricComparison | null)[] }>();
  comparisons.forEach((comparison, column) =>
    comparison?.metrics.forEach((one) => {
      const key = `${one.metric} ${one.instance ?? ''}`;
      let row = rows.get(key);
      if (!row) {
        const { metric, title, instance, unit } = one;
        row = {
          key,
          metric,
          title,
          instance,
          unit,
          cells: comparisons.map(() => null),
          differs: false,
          isKnown: false,
        };
        rows.set(key, row);
      }
      row.cells[column] = one;
    }),
  );
  const weight = ({ cells }: MetricRow): number =>
    Math.max(
      ...cells.map((cell) =>
        cell && isDifferent(cell) ? (cell.outcome === 'worse' ? 2 : 1) + Math.abs(cell.delta ?? 0) : 0,
      ),
    );
  return [...rows.values()]
    .map((row) => ({
      ...row,
      differs: row.cells.some((cell) => cell !== null && isDifferent(cell)),
      isKnown: row.cells.some((cell) => cell !== null && cell.outcome !== 'too-little-data'),
    }))
    .sort((a, b) => weight(b) - weight(a));
};

export interface FactRow {
  readonly fact: string;
  readonly reference: string | null;
  readonly values: readonly (string | null | undefined)[];
}

export const factsOf = (comparisons: readonly (Comparison | undefined)[]): FactRow[] => {
  const rows = new Map<string, { fact: string; reference: string | null; values: (string | null | undefined)[] }>();
  comparisons.forEach((comparison, column) =>
    comparison?.facts.forEach(({ fact, candidate, reference }) => {
      let row = rows.get(fact);
      if (!row) {
        row = { fact, reference, values: comparisons.map(() => undefined) };
        rows.set(fact, row);
      }
      row.values[column] = candidate;
    }),
  );
  return [...rows.values()];
};

/** A side's label without the ids that nobody reads: "db-03", "3 peers of class db". */
export const sideWords = (label: string): string =>
  label.replace(/ (in|of) (investigation|run) [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '');

import {
  FINAL_RUN_STATES,
  type CellState,
  type Resource,
  type MatrixLine,
  type MatrixRun,
} from '@fleetscope/contracts';

/** The three aspects of the USE method, in the order in which they are drawn. */
export const USE_ASPECTS = ['utilization', 'saturation', 'errors'] as const;
export type UseAspect = (typeof USE_ASPECTS)[number];

/** `none`: the runbook judges no such thing here, so nothing is drawn. */
export type GlyphState = CellState | 'none';

const RANK: Record<GlyphState, number> = { none: 0, ok: 1, pending: 2, unknown: 3, warn: 4, crit: 5 };
export const worseState = (a: GlyphState, b: GlyphState): GlyphState => (RANK[b] > RANK[a] ? b : a);

export interface Column {
  id: string;
  title: string;
  /** For a phone's width. */
  short: string;
  resources: readonly Resource[];
}

const TITLES: Record<Resource, string> = {
  cpu: 'CPU',
  memory: 'Memory',
  disk: 'Disk',
  filesystem: 'Filesystem',
  network: 'Network',
  tcp: 'TCP',
  udp: 'UDP',
  task: 'Tasks',
  fd: 'Files',
  lock: 'Locks',
  bus: 'Bus',
  cgroup: 'Cgroups',
  service: 'Service',
};
export const resourceTitle = (resource: Resource): string => TITLES[resource];

const SHORT: Partial<Record<Resource, string>> = { memory: 'Mem', filesystem: 'FS', network: 'Net' };

const MAJOR: readonly Resource[] = ['cpu', 'memory', 'disk', 'filesystem', 'network', 'tcp'];
const MINOR: readonly Resource[] = ['udp', 'task', 'fd', 'lock', 'bus', 'cgroup', 'service'];

/**
 * Columns of the matrix. The resources that are rarely the cause share one, so that eight columns fit beside a panel;
 * they do not depend on the data, because columns that come while hosts answer would move all others.
 */
export const COLUMNS: readonly Column[] = [
  ...MAJOR.map((resource) => ({
    id: resource,
    title: TITLES[resource],
    short: SHORT[resource] ?? TITLES[resource],
    resources: [resource],
  })),
  { id: 'other', title: 'Other', short: 'Other', resources: MINOR },
];

export interface MatrixCell {
  states: Readonly<Record<UseAspect, GlyphState>>;
  /** The line that speaks for the cell: the worst, warn or crit; null where all is quiet. */
  worst: MatrixLine | null;
  /** For the one who hovers or listens. */
  words: string;
}

const isUseAspect = (aspect: MatrixLine['aspect']): aspect is UseAspect => aspect !== 'workload';

/** States in words: nobody has to know the colours. */
export const stateWords: Record<GlyphState, string> = {
  ok: 'ok',
  warn: 'warning',
  crit: 'critical',
  unknown: 'unknown',
  pending: 'pending',
  none: 'not judged',
};

const cellWords = (column: Column, lines: readonly MatrixLine[], states: MatrixCell['states']): string => {
  const spoken = USE_ASPECTS.map((aspect) => {
    const said = lines
      .filter((line) => line.aspect === aspect && line.state === states[aspect])
      .map(({ said }) => said)
      .find((words) => words !== null);
    return `${aspect} ${stateWords[states[aspect]]}${said && states[aspect] !== 'none' ? `, ${said}` : ''}`;
  });
  return `${column.title}: ${spoken.join('; ')}`;
};

/** What a host's row shows in one column. */
export const cellOf = (run: Pick<MatrixRun, 'state' | 'use'>, column: Column): MatrixCell => {
  const lines = run.use.filter((line) => column.resources.includes(line.resource));
  // Before its analysis is there, a host that still may answer is pending; afterwards silence means "not judged".
  const silent: GlyphState = !FINAL_RUN_STATES.has(run.state) && run.use.length === 0 ? 'pending' : 'none';
  const states: Record<UseAspect, GlyphState> = { utilization: silent, saturation: silent, errors: silent };
  let worst: MatrixLine | null = null;
  for (const line of lines) {
    if (!isUseAspect(line.aspect)) continue;
    states[line.aspect] = worseState(states[line.aspect], line.state);
    if ((line.state === 'warn' || line.state === 'crit') && (worst === null || RANK[line.state] > RANK[worst.state]))
      worst = line;
  }
  return { states, worst, words: cellWords(column, lines, states) };
};

const cache = new WeakMap<MatrixRun, ReadonlyMap<string, MatrixCell>>();

/** All cells of a row by column. Kept per run object: an event makes new objects of the runs it changes only. */
export const cellsOf = (run: MatrixRun): ReadonlyMap<string, MatrixCell> => {
  const known = cache.get(run);
  if (known) return known;
  const cells = new Map(COLUMNS.map((column) => [column.id, cellOf(run, column)]));
  cache.set(run, cells);
  return cells;
};

/** The one line that speaks for a whole host, where there is room for one only. */
export const worstOf = (run: MatrixRun): MatrixLine | null => {
  let worst: MatrixLine | null = null;
  for (const { worst: line } of cellsOf(run).values()) {
    if (line && (worst === null || RANK[line.state] > RANK[worst.state])) worst = line;
  }
  return worst;
};

/** Which line of the USE table a click on a column (and one of its glyphs) means. */
export const lineFor = (
  run: Pick<MatrixRun, 'use'>,
  column: Column,
  aspect: UseAspect | null,
): { resource: Resource; aspect: UseAspect } => {
  const lines = run.use.filter(
    (line) =>
      column.resources.includes(line.resource) &&
      isUseAspect(line.aspect) &&
      (aspect === null || line.aspect === aspect),
  );
  const worst = lines.reduce<MatrixLine | null>(
    (best, line) => (best === null || RANK[line.state] > RANK[best.state] ? line : best),
    null,
  );
  const found = worst && isUseAspect(worst.aspect) ? worst.aspect : null;
  return { resource: worst?.resource ?? column.resources[0] ?? 'cpu', aspect: found ?? aspect ?? 'utilization' };
};

/** `disk.saturation` ⇄ its parts; null for what is none. */
export const parseAt = (at: string | undefined): { resource: Resource; aspect: UseAspect } | null => {
  const [resource, aspect] = at?.split('.') ?? [];
  const known = (Object.keys(TITLES) as Resource[]).find((name) => name === resource);
  const knownAspect = USE_ASPECTS.find((name) => name === aspect);
  return known && knownAspect ? { resource: known, aspect: knownAspect } : null;
};

import { type CellValue, type EvidenceRef } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { formatNumber } from './format';

const TABLES = ['processes', 'threads', 'tasks', 'pidstat', 'top'] as const;
const COLUMNS = {
  cpu: ['cpu', 'p', 'psr', 'last_cpu', 'processor', 'core'],
  usage: ['%cpu', 'cpu_percent', 'pcpu', 'cpu%', 'usage', 'cpu_usage'],
  name: ['command', 'comm', 'cmd', 'name', 'thread', 'process'],
  pid: ['tid', 'pid', 'tgid'],
} as const;

const columnOf = (columns: readonly string[], names: readonly string[]): number => {
  const lower = columns.map((column) => column.toLowerCase());
  return names.map((name) => lower.indexOf(name)).find((index) => index >= 0) ?? -1;
};

export interface TopTask {
  /** "java (4312) with 98 %". */
  readonly text: string;
  readonly usage: number;
  readonly evidence: EvidenceRef;
}

const text = (cell: CellValue | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

/** The thread or process with most CPU time on one CPU, when a table of processes says where they run. */
export const busiestOnCpu = (evidence: EvidenceIndex, cpu: string): TopTask | null => {
  const tasks = evidence.tables(...TABLES).flatMap(({ step, observation: { columns, rows, lines } }) => {
    const [where, usage, name, pid] = [COLUMNS.cpu, COLUMNS.usage, COLUMNS.name, COLUMNS.pid].map((names) =>
      columnOf(columns, names),
    );
    if (where === undefined || where < 0 || usage === undefined || usage < 0 || name === undefined || name < 0)
      return [];
    return rows.flatMap((row, i) => {
      const share = Number(row[usage] ?? Number.NaN);
      if (text(row[where]) !== cpu || !Number.isFinite(share)) return [];
      const id = pid === undefined || pid < 0 ? '' : ` (${text(row[pid])})`;
      const line = lines[i];
      return [
        {
          text: `${text(row[name])}${id} with ${formatNumber(share)} %`,
          usage: share,
          evidence: { step, lines: line === undefined ? [] : [line] },
        },
      ];
    });
  });
  return tasks.sort((a, b) => b.usage - a.usage)[0] ?? null;
};

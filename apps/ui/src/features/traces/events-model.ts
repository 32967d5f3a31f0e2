import { type HeatGrid, type TimeRange } from '../../charts/heat-grid';
import { type Column } from '../../components/data-table';
import { visibleText } from '../../components/visible-text';
import { type TraceEvent } from './traces-model';

const COLUMNS = 90;
const MOST_FIELDS = 9;
/** More rows than these would be too thin to read; the heaviest are drawn. */
const MOST_ROWS = 24;

/** Events over time with hosts as rows; null when they carry no clock. */
export const gridOf = (events: readonly TraceEvent[]): { grid: HeatGrid; start: number } | null => {
  let [start, end] = [Infinity, -Infinity];
  const hosts = new Map<string, number>();
  for (const { at, host } of events) {
    if (at === null) continue;
    start = Math.min(start, at);
    end = Math.max(end, at);
    hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }
  if (hosts.size === 0) return null;
  const names = [...hosts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_ROWS)
    .map(([host]) => host);
  const columnMs = Math.max(1, (end - start + 1) / COLUMNS);
  const values = new Float64Array(COLUMNS * names.length);
  let max = 0;
  const rows = new Map(names.map((host, row) => [host, row]));
  for (const { at, host } of events) {
    const row = rows.get(host);
    if (at === null || row === undefined) continue;
    const place = Math.min(COLUMNS - 1, Math.floor((at - start) / columnMs)) * names.length + row;
    const value = (values[place] as number) + 1;
    values[place] = value;
    max = Math.max(max, value);
  }
  return { grid: { columns: COLUMNS, rows: names.length, values, max, hosts: names, columnMs }, start };
};

export const matchesEvent = (
  event: TraceEvent,
  words: string | undefined,
  range: TimeRange | null,
  start: number,
): boolean => {
  if (range && (event.at === null || event.at - start < range.from || event.at - start >= range.to)) return false;
  const wanted = words?.trim().toLowerCase();
  return !wanted || `${event.host} ${event.kind} ${event.text}`.toLowerCase().includes(wanted);
};

/** Who before whom before what; the rest as it comes. */
const FIRST = ['comm', 'pid', 'saddr', 'sport', 'daddr', 'dport', 'state', 'segs', 'file', 'device', 'rwbs'];
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
const FIELD_TITLES: Readonly<Record<string, string>> = {
  comm: 'command',
  saddr: 'from',
  sport: 'port',
  daddr: 'to',
  dport: 'to port',
  segs: 'segments',
  netns: 'namespace',
  rwbs: 'request',
  ret: 'result',
};

/** Time, host, kind, then the fields that most events have. */
export const eventColumns = (events: readonly TraceEvent[]): Column<TraceEvent>[] => {
  const counts = new Map<string, number>();
  for (const { fields } of events)
    for (const name of Object.keys(fields)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_FIELDS)
    .map(([name]) => name)
    .sort((a, b) => rank(a) - rank(b));
  const isNumber = (name: string): boolean =>
    events.every(
      ({ fields }) => fields[name] === undefined || fields[name] === null || typeof fields[name] === 'number',
    );
  return [
    {
      id: 'at',
      title: 'Time, UTC',
      value: ({ at }) => at,
      render: ({ at }) => (at === null ? '–' : new Date(at).toISOString().slice(11, 23)),
    },
    { id: 'host', title: 'Host', value: ({ host }) => host },
    { id: 'kind', title: 'Event', value: ({ kind }) => visibleText(kind) },
    ...(names.length === 0
      ? [{ id: 'text', title: 'What', value: ({ text }: TraceEvent) => visibleText(text) }]
      : names.map((name): Column<TraceEvent> => ({
          id: `field ${name}`,
          title: FIELD_TITLES[name] ?? visibleText(name.replace(/_us$/, ' µs').replaceAll('_', ' ')),
          isNumber: isNumber(name),
          value: ({ fields }) => {
            const value = fields[name] ?? null;
            return typeof value === 'number' || value === null ? value : visibleText(String(value));
          },
        }))),
  ];
};

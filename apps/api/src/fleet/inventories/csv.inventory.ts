import { type Inventory, type InventoryHost, type InventoryProblem } from './inventory';

interface Row {
  line: number;
  cells: string[];
}

/** RFC 4180: quoted cells may hold commas, doubled quotes and newlines. */
const rowsOf = (text: string): { rows: Row[]; unclosed: Row | null } => {
  const rows: Row[] = [];
  let row: Row = { line: 1, cells: [] };
  let cell = '';
  let quoted = false;
  let line = 1;
  const endRow = (): void => {
    row.cells.push(cell);
    if (row.cells.some((value) => value.trim() !== '')) rows.push(row);
    row = { line: line + 1, cells: [] };
    cell = '';
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') {
        cell += '"';
        i++;
      } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === ',') {
      row.cells.push(cell);
      cell = '';
    } else if (c === '\n') endRow();
    else if (c !== '\r') cell += c;
    if (c === '\n') line++;
  }
  // What follows a quote that is not closed is swallowed by it: no row at all.
  if (quoted) return { rows, unclosed: { line: row.line, cells: [...row.cells, cell] } };
  endRow();
  return { rows, unclosed: null };
};

const FIELDS = new Set([
  'name',
  'address',
  'port',
  'user',
  'class',
  'identityfile',
  'jump',
  'become',
  'transport',
  'labels',
]);

/**
 * A header line names the columns: name (needed), address, port, user, class, identityFile, jump (hops by spaces), become,
 * transport, labels (`k=v;k=v`). Every other column is a label of that name.
 */
export const parseCsv = (text: string): Inventory => {
  const read = rowsOf(text.replace(/^\uFEFF/, ''));
  const [header, ...rows] = read.rows;
  const columns = (header?.cells ?? []).map((cell) => cell.trim());
  const problems: InventoryProblem[] = [];
  if (!header || !columns.some((column) => column.toLowerCase() === 'name')) {
    return {
      hosts: [],
      problems: [
        { line: 1, text: columns.join(',').slice(0, 200), reason: 'expected a header line with a column `name`' },
      ],
    };
  }
  if (read.unclosed) {
    const { line, cells } = read.unclosed;
    problems.push({
      line,
      text: cells.join(',').slice(0, 200),
      reason: 'a quote is not closed; the rows from here on are left out',
    });
  }
  const hosts: InventoryHost[] = [];
  for (const { line, cells } of rows) {
    const source = cells.join(',').slice(0, 200);
    if (cells.length > columns.length) {
      problems.push({ line, text: source, reason: `expected ${columns.length} cells, got ${cells.length}` });
      continue;
    }
    const value = (name: string): string =>
      (cells[columns.findIndex((column) => column.toLowerCase() === name)] ?? '').trim();
    const port = value('port');
    if (port !== '' && !/^[0-9]{1,5}$/.test(port)) {
      problems.push({ line, text: source, reason: `port: expected a port number, got ${port}` });
      continue;
    }
    const labels = new Map<string, string>();
    for (const pair of value('labels').split(';').filter(Boolean)) {
      const eq = pair.indexOf('=');
      if (eq < 1) problems.push({ line, text: source, reason: `labels: expected name=value, got ${pair}` });
      else labels.set(pair.slice(0, eq).trim(), pair.slice(eq + 1).trim());
    }
    columns.forEach((column, i) => {
      const cell = (cells[i] ?? '').trim();
      if (!FIELDS.has(column.toLowerCase()) && cell !== '') labels.set(column, cell);
    });
    const text = (name: string, field: string): Record<string, string> =>
      value(name) === '' ? {} : { [field]: value(name) };
    hosts.push({
      line,
      text: source,
      host: {
        name: value('name'),
        ...text('address', 'address'),
        ...text('user', 'user'),
        ...text('class', 'class'),
        ...text('identityfile', 'identityFile'),
        ...text('become', 'become'),
        ...text('transport', 'transport'),
        ...(port === '' ? {} : { port: Number(port) }),
        ...(value('jump') === '' ? {} : { jump: value('jump').split(/\s+/) }),
        ...(labels.size === 0 ? {} : { labels: Object.fromEntries(labels) }),
      },
    });
  }
  return { hosts, problems };
};

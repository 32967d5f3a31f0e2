import type { MetricId } from '@fleetscope/contracts';
import { HeadingCache } from '../core/heading-cache';
import { words } from '../core/line-splitter';
import { looksNumeric, NumberReader, sizeOfSuffix, tidy } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { freeUnit } from './size-units';

/** Headings in the languages procps is translated into, by the English one. */
const HEADINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    total: 'total gesamt итого razem totalt всього totale 合計 总量 toplam',
    used: 'used benutzt utilisé usado uso użyte använt використ. 使用 已用 kullanılan usada utilizados занято',
    free: 'free frei libre livre wolne fritt вільна 空き 空闲 boş libero свободно',
    shared: 'shared gemns. partagé compartido compart. dzielone delat спільна 共有 共享 paylaşılan condivisi общая',
    buffers: 'buffers puffer tamp/cache buffer буфери',
    cache: 'cache cached zwischenspeicher кеш',
    'buff/cache': 'buff/cache puffer/cache tampon/cache tamp/cache búf/caché buf./cache буф./кеш',
    available:
      'available verfügbar disponible disponível dostępne tillgängligt доступна 利用可能 可用 kullanılabilir disponibile доступно disponibles disponibili',
  }).flatMap(([english, names]) => names.split(' ').map((name) => [name, english] as const)),
);

interface Heading {
  readonly columns: readonly string[];
  /** The same in English, where they are known. */
  readonly english: readonly string[];
  readonly unknown: readonly string[];
}

const KNOWN_HEADINGS = new HeadingCache((line): Heading | null => {
  const columns = words(line);
  const names = columns.map((column) => HEADINGS.get(column.toLowerCase()));
  if (names[0] !== 'total') return null;
  return {
    columns,
    english: names.map((name, at) => name ?? columns[at] ?? ''),
    unknown: columns.filter((_, at) => names[at] === undefined),
  };
});

const MEMORY: readonly (readonly [string, MetricId])[] = [
  ['total', 'memory.total'],
  ['used', 'memory.used'],
  ['free', 'memory.free'],
  ['buffers', 'memory.buffers'],
  ['cache', 'memory.cached'],
  ['available', 'memory.available'],
];

const PAGE = 4096;
const PAGE_IN_KIB = 4;
/** A total without a unit below it is of GiB: fewer MiB than that boot no host of today. */
const LEAST_MIB = 128;

/**
 * The unit of numbers without one, where the command isn't known. Memory is counted in pages: values that are all multiples of
 * 4096 are bytes, of 4 are KiB; others have been rounded, to MiB or GiB.
 */
const inferredUnit = (values: readonly number[]): number => {
  const used = values.filter((value) => value > 0);
  if (used.every((value) => value % PAGE === 0)) return 1;
  if (used.every((value) => value % PAGE_IN_KIB === 0)) return 1024;
  return (values[0] ?? 0) < LEAST_MIB ? 1024 ** 3 : 1024 ** 2;
};

class FreeParser implements LineParser {
  recognised = false;
  private readonly reader = new NumberReader();
  private columns: readonly string[] = [];
  private english: readonly string[] = [];
  private unit: number | null;
  private blocks = 0;

  constructor(
    private readonly sink: Sink,
    ctx: ParseContext,
  ) {
    this.unit = freeUnit(ctx);
  }

  end(): void {}

  line(text: string, line: number): void {
    if (this.columns.length === 0 && this.heading(text, line)) return;
    const tokens = words(text);
    if (tokens.length === 0) return;
    if (!tokens.some((token) => looksNumeric(token[0] ?? ''))) {
      if (!this.heading(text, line)) this.sink.issue(line, text, 'neither a heading nor a row');
    } else if (this.columns.length === 0) this.sink.issue(line, text, 'line before any heading');
    else this.row(tokens, text, line);
  }

  private heading(text: string, line: number): boolean {
    const heading = KNOWN_HEADINGS.of(text);
    if (!heading) return false;
    this.columns = heading.columns;
    this.english = heading.english;
    this.blocks = 0;
    this.recognised = true;
    for (const column of heading.unknown) this.sink.once(`column ${column}`, line, column, `unknown column ${column}`);
    return true;
  }

  private row(tokens: readonly string[], text: string, line: number): void {
    const from = tokens.findIndex((token) => looksNumeric(token[0] ?? '') && token !== '-/+');
    const label = tokens.slice(0, from).join(' ');
    const cells = tokens.slice(from);
    if (from < 1 || !label.endsWith(':') || cells.length > this.columns.length) {
      this.sink.issue(line, text, from < 1 ? 'row without a label' : 'column count');
      return;
    }
    if (this.unit === null) this.infer(cells, text, line);
    const row = newRow();
    row.row = label.slice(0, -1);
    const bytes = new Map<string, number | null>();
    // procps before 3.3.10 prints `-/+ buffers/cache: used free`: two values that begin under the second heading.
    const shift = label.startsWith('-/+') ? 1 : 0;
    for (const [at, cell] of cells.entries()) {
      const column = this.columns[at + shift] ?? '';
      const value = this.bytes(cell);
      if (value === undefined) this.sink.issue(line, text, `${column} is no number: ${cell}`);
      row[column] = value ?? null;
      bytes.set(this.english[at + shift] ?? column, value ?? null);
    }
    this.sink.row(row);
    if (shift === 0) this.measure(label, bytes, line);
  }

  private infer(cells: readonly string[], text: string, line: number): void {
    const quantities = cells.map((cell) => this.reader.quantity(cell));
    if (quantities.some((quantity) => quantity?.suffix !== '')) return;
    this.unit = inferredUnit(quantities.map((quantity) => quantity?.value ?? 0));
    if (this.unit <= 1024) return;
    const name = this.unit === 1024 ** 3 ? 'GiB' : 'MiB';
    this.sink.issue(line, text, `the unit is not in the text: taken as ${name} (give the command to be sure)`);
  }

  private bytes(cell: string): number | null | undefined {
    const quantity = this.reader.quantity(cell);
    if (quantity === null) return undefined;
    if (quantity.suffix !== '') {
      const size = sizeOfSuffix(quantity.suffix);
      return size === null ? undefined : tidy(quantity.value * size);
    }
    return quantity.value * (this.unit ?? 1024);
  }

  /** The first row after a heading is memory, the second swap, in every language; Low:, High: and Total: are extra. */
  private measure(label: string, bytes: ReadonlyMap<string, number | null>, line: number): void {
    if (label === 'Low:' || label === 'High:' || label === 'Comm:') return;
    this.blocks++;
    const total = bytes.get('total') ?? null;
    if (this.blocks === 1) {
      const available = bytes.get('available') ?? null;
      for (const [column, metric] of MEMORY) {
        const value = bytes.get(column);
        if (value !== undefined) this.sink.measure(metric, null, value, line);
      }
      const known = total !== null && total > 0 && available !== null;
      if (bytes.has('available')) {
        this.sink.measure('memory.available_ratio', null, known ? tidy((100 * available) / total) : null, line);
      }
    } else if (this.blocks === 2) {
      this.sink.measure('memory.swap_total', null, total, line);
      this.sink.measure('memory.swap_used', null, bytes.get('used') ?? null, line);
    }
  }
}

export const freeParser: ParserDefinition = {
  id: 'free',
  title: 'Memory and swap',
  tools: ['free'],
  expects: 'a heading beginning with total',
  fields: {
    row: 'label of the row',
    '*': 'bytes. -b, -k, -m, -g are not in the text: they are read from the command of the context',
  },
  likelihood: (head) =>
    head.some((line) => {
      const names = words(line).map((word) => HEADINGS.get(word.toLowerCase()));
      return names[0] === 'total' && names[1] === 'used' && names[2] === 'free';
    })
      ? 0.9
      : 0,
  create: (sink, ctx) => new FreeParser(sink, ctx),
};

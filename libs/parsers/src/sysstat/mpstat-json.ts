import { isRecord, listOf, own } from '../core/json-document';
import type { LineParser } from '../core/parser-definition';
import type { ParseContext } from '../core/parse-context';
import type { Sink } from '../core/sink';
import type { TableSet } from '../core/table-set';
import { SysstatJson } from './sysstat-json';

/** `mpstat -o JSON`. Values are cited at line 1: the document is one value. */
export class MpstatJson implements LineParser {
  recognised = false;
  private readonly json: SysstatJson;

  constructor(
    private readonly sink: Sink,
    ctx: ParseContext,
    private readonly tables: TableSet,
  ) {
    this.json = new SysstatJson(sink, ctx);
  }

  line(text: string, line: number): void {
    this.json.line(text, line);
  }

  end(): void {
    for (const { time, statistics } of this.json.statistics()) {
      for (const list of ['cpu-load', 'node-load', 'sum-interrupts']) {
        for (const record of listOf(own(statistics, list)).filter(isRecord)) {
          this.recognised = true;
          this.sink.record(
            this.json.begin(this.tables, record, (key) => columnOf(list, key), time),
            true,
          );
        }
      }
    }
  }
}

const columnOf = (list: string, key: string): string => {
  if (key === 'cpu' || key === 'node') return key.toUpperCase();
  if (list === 'sum-interrupts') return key === 'intr' ? 'intr/s' : key;
  return `%${key}`;
};

import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';

const MAX_KEY = 128;

/** Keys are words of letters, digits, `_`, `-`, `.`; a value is the rest of the line. */
const keyEnd = (text: string): number => {
  const at = text.indexOf('=');
  if (at < 1 || at > MAX_KEY) return -1;
  for (let i = 0; i < at; i++) {
    const code = text.charCodeAt(i) | 32;
    const char = text[i] ?? '';
    if (!(code >= 97 && code <= 122) && !(char >= '0' && char <= '9') && !'_-.'.includes(char)) return -1;
  }
  return at;
};

/** Lines `key=value`, as the probe's own steps print them, as facts of one name. */
class KeyValueParser implements LineParser {
  recognised = false;

  constructor(
    private readonly sink: Sink,
    private readonly name: string,
  ) {}

  end(): void {}

  line(text: string, line: number): void {
    if (text.trim() === '') return;
    const at = keyEnd(text);
    if (at === -1) {
      this.sink.issue(line, text, 'not key=value');
      return;
    }
    this.recognised = true;
    const key = text.slice(0, at);
    const value = text.slice(at + 1).trim();
    const number = Number(value);
    const fact = value === '' ? null : Number.isFinite(number) && value.length < 16 ? number : value;
    const row = newRow();
    row.key = key;
    row.value = fact;
    this.sink.row(row);
    this.sink.fact(this.name, key, fact);
  }
}

const keyValueParser = (id: string, title: string, likelihood: number): ParserDefinition => ({
  id,
  title,
  tools: ['the probe'],
  expects: 'lines key=value',
  fields: { value: 'a number where it is one, null when empty' },
  allowsEmpty: true,
  likelihood: (head) => (head.length > 0 && head.every((line) => keyEnd(line) !== -1) ? likelihood : 0),
  create: (sink) => new KeyValueParser(sink, id),
});

export const lastChangeParser = keyValueParser(
  'last-change',
  'What changed last on the host: boot, packages, units',
  0.35,
);
export const toolVersionsParser = keyValueParser('tool-versions', 'Versions of the tools that a probe ran', 0);

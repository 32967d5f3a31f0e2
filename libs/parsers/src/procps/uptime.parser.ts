import { dateTimeLine, isoOrNull } from '../core/civil-time';
import { words } from '../core/line-splitter';
import type { ParseContext } from '../core/parse-context';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { newRow, type Sink } from '../core/sink';
import { measureLoad, uptimeLine } from './uptime-line';

class UptimeParser implements LineParser {
  recognised = false;

  constructor(
    private readonly sink: Sink,
    private readonly ctx: ParseContext,
  ) {}

  end(): void {}

  line(text: string, line: number): void {
    const tokens = words(text);
    if (tokens.length === 0) return;
    const found = uptimeLine(tokens);
    if (found) {
      this.recognised = true;
      const row = newRow();
      row.load1 = found.load[0];
      row.load5 = found.load[1];
      row.load15 = found.load[2];
      row.uptimeSeconds = found.uptimeSeconds;
      row.users = found.users;
      this.sink.row(row);
      measureLoad(this.sink, found.load, line);
      this.sink.fact('uptime', 'uptime_seconds', found.uptimeSeconds);
      this.sink.fact('uptime', 'users', found.users);
      return;
    }
    // uptime -s: the time of the boot.
    const boot = tokens.length === 2 ? dateTimeLine(text, this.ctx) : null;
    if (boot !== null) {
      this.recognised = true;
      const row = newRow();
      row.bootAt = isoOrNull(boot);
      this.sink.row(row);
      this.sink.fact('uptime', 'boot_at', isoOrNull(boot));
      this.sink.fact('uptime', 'uptime_seconds', Math.max(0, Math.round((this.ctx.collectedAt - boot) / 1000)));
    } else this.sink.issue(line, text, 'no load averages');
  }
}

export const uptimeParser: ParserDefinition = {
  id: 'uptime',
  title: 'Load averages and time since boot',
  tools: ['uptime'],
  expects: 'a line with `up` and three load averages',
  fields: { uptimeSeconds: 'null where the language of the units is not known' },
  likelihood: (head) => (head.length === 1 && uptimeLine(words(head[0] ?? '')) ? 0.9 : 0),
  create: (sink, ctx) => new UptimeParser(sink, ctx),
};

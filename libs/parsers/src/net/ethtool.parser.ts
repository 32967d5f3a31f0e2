import { isInteger } from '../core/numbers';
import type { LineParser, ParserDefinition } from '../core/parser-definition';
import { type MutableRow, newRow, type Sink } from '../core/sink';

const MEGABIT = 1_000_000;
/** The first line of each of ethtool's lists, and the word its keys are filed under. */
const HEADINGS: readonly (readonly [string, string])[] = [
  ['Settings for ', 'settings'],
  ['NIC statistics', 'statistics'],
  ['Ring parameters for ', 'ring'],
  ['Channel parameters for ', 'channels'],
  ['Coalesce parameters for ', 'coalesce'],
  ['Features for ', 'features'],
  ['Pause parameters for ', 'pause'],
  ['driver:', 'driver'],
];

const deviceOf = (text: string): string | null => {
  const at = text.indexOf(' for ');
  return at === -1
    ? null
    : text
        .slice(at + 5)
        .replace(':', '')
        .trim();
};

/** ethtool's lists of `key: value`; a key may come twice (driver statistics), then its values are a list. */
class EthtoolParser implements LineParser {
  recognised = false;
  private list = '';
  private section = '';
  private device: string | null = null;
  private row: MutableRow | null = null;

  constructor(private readonly sink: Sink) {}

  line(text: string, line: number): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const heading = HEADINGS.find(([start]) => trimmed.startsWith(start));
    if (heading && !text.startsWith(' ') && !text.startsWith('\t')) {
      this.begin(heading[1], trimmed);
      if (heading[1] !== 'driver') return;
    }
    const colon = trimmed.indexOf(':');
    if (!this.row || (colon === -1 && this.list !== 'settings')) {
      this.sink.issue(line, text, 'no line of a list');
      return;
    }
    // Link modes go on over lines without a key.
    if (colon === -1) return;
    const key = trimmed.slice(0, colon).trim();
    const value = trimmed.slice(colon + 1).trim();
    const second = value.indexOf('  TX: ');
    if (second !== -1) {
      // `Adaptive RX: off  TX: n/a` of -c: two on a line.
      this.value(this.row, key, value.slice(0, second).trim(), line);
      this.value(this.row, key.replace('RX', 'TX'), value.slice(second + 6).trim(), line);
    } else if (value === '') this.section = key === 'Pre-set maximums' ? 'max ' : '';
    else this.value(this.row, `${this.section}${key}`, value, line);
  }

  private begin(list: string, text: string): void {
    this.flush();
    this.recognised = true;
    this.list = list;
    this.section = '';
    this.device = deviceOf(text);
    this.row = newRow();
    this.row.list = list;
    if (this.device !== null) this.row.device = this.device;
  }

  private value(row: MutableRow, key: string, text: string, line: number): void {
    const value = text === 'n/a' ? null : isInteger(text) ? Number(text) : text;
    const earlier = row[key];
    if (earlier === undefined) row[key] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else if (earlier === null || typeof earlier !== 'object') row[key] = [earlier, value];
    if (this.list === 'settings' && this.device !== null) this.setting(this.device, key, text, line);
  }

  private setting(device: string, key: string, text: string, line: number): void {
    if (key === 'Speed') {
      // `10000Mb/s`, `Unknown!`
      const megabits = Number.parseInt(text, 10);
      this.sink.measure('network.link_speed', device, megabits > 0 ? megabits * MEGABIT : null, line);
    } else if (key === 'Duplex')
      this.sink.fact('links', `${device}.duplex`, text.startsWith('Unknown') ? null : text.toLowerCase());
    else if (key === 'Link detected') this.sink.fact('links', `${device}.detected`, text === 'yes');
  }

  private flush(): void {
    if (this.row) this.sink.row(this.row);
    this.row = null;
  }

  end(): void {
    this.flush();
  }
}

export const ethtoolParser: ParserDefinition = {
  id: 'ethtool',
  title: 'Settings, rings, channels and statistics of a network device',
  tools: ['ethtool', 'ethtool -S', 'ethtool -g', 'ethtool -l', 'ethtool -c', 'ethtool -i', 'ethtool -k'],
  expects: 'a first line such as `Settings for eth0:` or `NIC statistics:`',
  fields: { list: 'which list it is', 'max *': 'what the device allows, of -g and -l', '*': 'null for n/a' },
  likelihood: (head) => (HEADINGS.some(([start]) => head[0]?.startsWith(start)) ? 0.9 : 0),
  create: (sink) => new EthtoolParser(sink),
};

import type { MetricId } from '@fleetscope/contracts';
import { HeadingCache } from '../core/heading-cache';
import { words } from '../core/line-splitter';
import { MAX_DIGITS, tidy } from '../core/numbers';
import type { Place } from '../core/sink';
import { Counters } from './counters';
import { elapsed, type FileReader, type OnOdd, perSecond, placeOf, type ProcHost, type Snapshot } from './snapshot';

const BLANK = 32;

const DEV_METRICS: readonly (readonly [string, MetricId])[] = [
  ['rx bytes', 'network.rx_throughput'],
  ['tx bytes', 'network.tx_throughput'],
  ['rx packets', 'network.rx_packets'],
  ['tx packets', 'network.tx_packets'],
  ['rx errs', 'network.rx_errors'],
  ['tx errs', 'network.tx_errors'],
  ['rx drop', 'network.rx_drops'],
  ['tx drop', 'network.tx_drops'],
  ['tx colls', 'network.collisions'],
];

export interface Interface {
  readonly line: number;
  /** `rx bytes`, `tx colls`. */
  readonly columns: readonly string[];
  /** Under the columns; NaN where none is printed. */
  readonly values: readonly number[];
}

/** The columns that the second line of headings names: those of `Receive`, and those of `Transmit`, between bars. */
const columnsOf = (heading: string): readonly string[] => {
  const [, received = '', sent = ''] = heading.split('|');
  return [...words(received).map((name) => `rx ${name}`), ...words(sent).map((name) => `tx ${name}`)];
};

const HEADINGS = new HeadingCache(columnsOf);

/** The words behind `from`, as many as there are columns, as numbers; NaN for any other word, and where there is none. */
const numbersBehind = (text: string, from: number, count: number): number[] => {
  const values: number[] = [];
  let at = from;
  while (values.length < count) {
    let code = text.charCodeAt(at);
    while (code <= BLANK) code = text.charCodeAt(++at);
    const first = at;
    let value = 0;
    let isNumber = at < text.length;
    for (; code > BLANK; code = text.charCodeAt(++at)) {
      value = value * 10 + code - 48;
      isNumber &&= code >= 48 && code <= 57;
    }
    if (isNumber && at - first > MAX_DIGITS) value = Number(text.slice(first, at));
    values.push(isNumber ? value : Number.NaN);
  }
  return values;
};

/** /proc/net/dev by its two lines of headings. */
export const readInterfaces = (snapshot: Snapshot, odd?: OnOdd): Map<string, Interface> => {
  let columns: readonly string[] = [];
  const interfaces = new Map<string, Interface>();
  for (const one of snapshot.lines) {
    const { text, line } = one;
    if (text.includes('|')) {
      if (text.includes('bytes')) columns = HEADINGS.of(text) ?? [];
      continue;
    }
    // The last colon before the numbers: an alias (`eth0:1`) has one in its name, and the first number may be glued to it.
    const colon = text.lastIndexOf(':');
    if (colon === -1) odd?.(one);
    else {
      const values = numbersBehind(text, colon + 1, columns.length);
      interfaces.set(text.slice(0, colon).trim(), { line, columns, values });
    }
  }
  return interfaces;
};

const valueOf = ({ columns, values }: Interface, column: string): number | undefined => {
  const value = values[columns.indexOf(column)];
  return value === undefined || Number.isNaN(value) ? undefined : value;
};

export class NetDevReader implements FileReader {
  private before: { snapshot: Snapshot; interfaces: Map<string, Interface> } | null = null;
  private readonly busier: { name: string; rx: number | null; tx: number | null; place: Place }[] = [];

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const interfaces = readInterfaces(snapshot);
    if (this.before) {
      const seconds = elapsed(this.before.snapshot, snapshot);
      for (const [name, counters] of interfaces) {
        const earlier = this.before.interfaces.get(name);
        if (earlier) this.sample(snapshot, name, earlier, counters, seconds);
      }
    }
    this.before = { snapshot, interfaces };
  }

  private sample(snapshot: Snapshot, name: string, before: Interface, after: Interface, seconds: number | null): void {
    const rates = new Map<MetricId, number | null>();
    const place = placeOf(snapshot, after.line);
    for (const [column, metric] of DEV_METRICS) {
      const now = valueOf(after, column);
      if (now === undefined) continue;
      const rate = perSecond(valueOf(before, column), now, seconds);
      rates.set(metric, rate);
      this.host.sink.sample(metric, name, rate, place);
    }
    this.busier.push({
      name,
      rx: rates.get('network.rx_throughput') ?? null,
      tx: rates.get('network.tx_throughput') ?? null,
      place,
    });
  }

  /** Speeds may stand anywhere in the text, so shares of them are computed at its end. */
  end(): void {
    for (const { name, rx, tx, place } of this.busier) {
      const speed = this.host.linkSpeeds.get(name);
      if (speed === undefined) continue;
      const bytes = rx === null || tx === null ? null : this.host.halfDuplex.has(name) ? rx + tx : Math.max(rx, tx);
      const share = bytes === null || speed === null || speed <= 0 ? null : tidy((bytes * 8 * 100) / speed);
      this.host.sink.sample('network.utilization', name, share, place);
    }
  }
}

const COUNTERS: ReadonlyMap<string, MetricId> = new Map<string, MetricId>([
  ['Tcp.ActiveOpens', 'tcp.active_opens'],
  ['Tcp.PassiveOpens', 'tcp.passive_opens'],
  ['Tcp.AttemptFails', 'tcp.attempt_fails'],
  ['Tcp.EstabResets', 'tcp.established_resets'],
  ['Tcp.InSegs', 'tcp.segments_in'],
  ['Tcp.OutSegs', 'tcp.segments_out'],
  ['Tcp.RetransSegs', 'tcp.retransmits'],
  ['Tcp.InErrs', 'tcp.in_errors'],
  ['Tcp.OutRsts', 'tcp.resets_sent'],
  ['Udp.InDatagrams', 'udp.datagrams_in'],
  ['Udp.OutDatagrams', 'udp.datagrams_out'],
  ['Udp.NoPorts', 'udp.no_ports'],
  ['Udp.InErrors', 'udp.in_errors'],
  ['Udp.RcvbufErrors', 'udp.receive_buffer_errors'],
  ['TcpExt.ListenOverflows', 'tcp.listen_overflows'],
  ['TcpExt.ListenDrops', 'tcp.listen_drops'],
  ['TcpExt.TCPReqQFullDrop', 'tcp.syn_queue_drops'],
  ['TcpExt.TCPReqQFullDoCookies', 'tcp.syn_queue_cookies'],
  ['TcpExt.TCPLossProbes', 'tcp.loss_probes'],
  ['TcpExt.TCPSpuriousRTOs', 'tcp.spurious_rtos'],
  ['TcpExt.TCPTimeouts', 'tcp.timeouts'],
  ['TcpExt.TCPMemoryPressures', 'tcp.memory_pressures'],
  ['TcpExt.PruneCalled', 'tcp.prune_called'],
  ['TcpExt.TCPRcvQDrop', 'tcp.receive_queue_drops'],
]);

/** The metric of a counter as the MIB names it (`Tcp.RetransSegs`); nstat writes the same without the dot. */
export const mibMetric = (group: string, name: string): MetricId | undefined => COUNTERS.get(`${group}.${name}`);

/** Metrics by nstat's name: `TcpRetransSegs`, `TcpExtListenDrops`. */
export const NSTAT_METRICS: ReadonlyMap<string, MetricId> = new Map(
  [...COUNTERS].map(([name, metric]) => [name.replace('.', ''), metric]),
);

/** Files of pairs of lines, `Tcp: names` and `Tcp: values`. */
export const readMib = (snapshot: Snapshot, odd?: OnOdd): Counters => {
  const counters = new Counters();
  let names: string[] = [];
  for (const one of snapshot.lines) {
    const { text, line } = one;
    const tokens = words(text);
    const group = tokens[0] ?? '';
    if (!group.endsWith(':')) {
      odd?.(one);
      continue;
    }
    if (names[0] !== group) {
      names = tokens;
      continue;
    }
    for (let at = 1; at < names.length; at++) {
      const value = Number(tokens[at] ?? 'none');
      if (Number.isFinite(value)) counters.set(`${group.slice(0, -1)}.${names[at] ?? ''}`, value, line);
    }
    names = [];
  }
  return counters;
};

/** /proc/net/snmp and /proc/net/netstat. */
export class MibReader implements FileReader {
  private before: { snapshot: Snapshot; counters: Counters } | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const counters = readMib(snapshot);
    const established = counters.get('Tcp.CurrEstab');
    if (established) {
      this.host.sink.sample('tcp.sockets_established', null, established.value, placeOf(snapshot, established.line));
    }
    if (this.before) {
      const seconds = elapsed(this.before.snapshot, snapshot);
      for (const [at, name] of counters.names.entries()) {
        const metric = COUNTERS.get(name);
        if (!metric) continue;
        const rate = perSecond(this.before.counters.get(name)?.value, counters.values[at], seconds);
        this.host.sink.sample(metric, null, rate, placeOf(snapshot, counters.lines[at] ?? snapshot.line));
      }
    }
    this.before = { snapshot, counters };
  }
}

interface Backlog {
  readonly dropped: number;
  readonly squeezed: number;
  readonly line: number;
}

const HEX = 16;
const CPU_COLUMN = 12;

/** /proc/net/softnet_stat: a line a CPU, hexadecimal, without headings; the 13th column is the CPU (since 5.10). */
export class SoftnetReader implements FileReader {
  private before: { snapshot: Snapshot; cpus: Map<string, Backlog> } | null = null;

  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    const cpus = new Map<string, Backlog>();
    for (const [at, { text, line }] of snapshot.lines.entries()) {
      const cells = words(text).map((cell) => Number.parseInt(cell, HEX));
      const [, dropped, squeezed] = cells;
      if (dropped === undefined || squeezed === undefined || Number.isNaN(dropped) || Number.isNaN(squeezed)) continue;
      cpus.set(String(cells[CPU_COLUMN] ?? at), { dropped, squeezed, line });
    }
    if (this.before) {
      const seconds = elapsed(this.before.snapshot, snapshot);
      for (const [metric, field] of [
        ['network.softnet_dropped', 'dropped'],
        ['network.softnet_squeezed', 'squeezed'],
      ] as const) {
        let sum: number | null = 0;
        for (const [cpu, backlog] of cpus) {
          const rate = perSecond(this.before.cpus.get(cpu)?.[field], backlog[field], seconds);
          this.host.sink.sample(metric, cpu, rate, placeOf(snapshot, backlog.line));
          sum = sum === null || rate === null ? null : tidy(sum + rate);
        }
        if (cpus.size > 0) this.host.sink.sample(metric, null, sum, placeOf(snapshot, snapshot.line + 1));
      }
    }
    this.before = { snapshot, cpus };
  }
}

const SOCKETS: readonly (readonly [string, MetricId])[] = [
  ['tw', 'tcp.sockets_time_wait'],
  ['orphan', 'tcp.sockets_orphaned'],
  ['mem', 'tcp.memory_pages'],
];

/** `TCP: inuse 9 orphan 0 tw 1 alloc 12 mem 0`. */
export class SockstatReader implements FileReader {
  constructor(private readonly host: ProcHost) {}

  add(snapshot: Snapshot): void {
    for (const { text, line } of snapshot.lines) {
      const tokens = words(text);
      if (tokens[0] !== 'TCP:') continue;
      for (const [name, metric] of SOCKETS) {
        const at = tokens.indexOf(name);
        const value = Number(tokens[at + 1] ?? 'none');
        if (at > 0 && Number.isFinite(value)) this.host.sink.sample(metric, null, value, placeOf(snapshot, line));
      }
    }
  }
}

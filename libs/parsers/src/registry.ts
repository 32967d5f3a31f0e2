import type { ParseResult } from '@fleetscope/contracts';
import { LineSplitter } from './core/line-splitter';
import { isInteger } from './core/numbers';
import type { ParseContext } from './core/parse-context';
import type { ParserDefinition } from './core/parser-definition';
import { type StreamParser, streamParser } from './core/stream-parser';
import { dfInodesParser, dfParser } from './coreutils/df.parser';
import { bccBiolatencyParser, bccRunqlatParser } from './bcc/bcc-histogram.parser';
import { bccMemleakParser } from './bcc/bcc-memleak.parser';
import { bccOffcputimeParser, bccProfileParser } from './bcc/bcc-stacks.parser';
import { bccTableParsers } from './bcc/bcc-table.parser';
import { dmesgParser } from './kernel/dmesg.parser';
import { ssListenParser } from './net/ss-lnt.parser';
import { ssSummaryParser } from './net/ss-s.parser';
import { lastChangeParser, toolVersionsParser } from './probe/key-value.parser';
import { freeParser } from './procps/free.parser';
import { topParser } from './procps/top.parser';
import { uptimeParser } from './procps/uptime.parser';
import { vmstatParser } from './procps/vmstat.parser';
import { iostatParser } from './sysstat/iostat.parser';
import { tracemallocParser } from './memory/tracemalloc.parser';
import { valgrindParser } from './memory/valgrind.parser';
import { cgroupFileParsers } from './proc/cgroup-files.parser';
import { conntrackListParser, conntrackStatParser } from './proc/conntrack-list.parser';
import { processHoldersParser } from './proc/process-holders.parser';
import { processStatParser } from './proc/process-stat.parser';
import { smapsParser } from './proc/smaps.parser';
import { asyncProfilerParser } from './profiling/async-profiler.parser';
import { collapsedParser } from './profiling/collapsed.parser';
import { perfScriptParser } from './profiling/perf-script.parser';
import { numastatParser } from './memory/numastat.parser';
import { vmtouchParser } from './memory/vmtouch.parser';
import { ipRouteParser, ipRuleParser } from './net/ip-route.parser';
import { mtrParser } from './net/mtr.parser';
import { pingParser } from './net/ping.parser';
import { tcpdumpParser } from './net/tcpdump.parser';
import { vmstatDiskParser, vmstatPartitionParser } from './procps/vmstat-disk.parser';
import { vmstatSlabParser } from './procps/vmstat-slab.parser';
import { vmstatSummaryParser } from './procps/vmstat-summary.parser';
import { ethtoolParser } from './net/ethtool.parser';
import { ipLinkParser } from './net/ip-link.parser';
import { netstatParser } from './net/netstat-s.parser';
import { nstatParser } from './net/nstat.parser';
import { ssParser } from './net/ss.parser';
import { psParser } from './procps/ps.parser';
import { slabtopParser } from './procps/slabtop.parser';
import { wParser } from './procps/w.parser';
import { oneReadingParsers } from './proc/one-reading.parser';
import { procFileParsers } from './proc/proc-file.parser';
import { procSnapshotsParser } from './proc/proc-snapshots.parser';
import { bpftraceParser } from './tracing/bpftrace.parser';
import { traceParser } from './tracing/trace.parser';
import { perfStatParser } from './tracing/perf-stat.parser';
import { mpstatParser } from './sysstat/mpstat.parser';
import { pidstatParser } from './sysstat/pidstat.parser';
import { sadfParser } from './sysstat/sadf.parser';
import { sarParser } from './sysstat/sar.parser';

const DEFINITIONS: readonly ParserDefinition[] = [
  mpstatParser,
  vmstatParser,
  iostatParser,
  pidstatParser,
  sarParser,
  sadfParser,
  freeParser,
  uptimeParser,
  dmesgParser,
  topParser,
  procSnapshotsParser,
  ssSummaryParser,
  ssListenParser,
  dfParser,
  dfInodesParser,
  lastChangeParser,
  toolVersionsParser,
  ssParser,
  nstatParser,
  netstatParser,
  ipLinkParser,
  ethtoolParser,
  psParser,
  wParser,
  slabtopParser,
  perfStatParser,
  bpftraceParser,
  traceParser,
  vmstatDiskParser,
  vmstatPartitionParser,
  vmstatSummaryParser,
  vmstatSlabParser,
  ipRouteParser,
  ipRuleParser,
  mtrParser,
  pingParser,
  tcpdumpParser,
  numastatParser,
  vmtouchParser,
  ...bccTableParsers,
  bccBiolatencyParser,
  bccRunqlatParser,
  bccProfileParser,
  bccOffcputimeParser,
  bccMemleakParser,
  ...procFileParsers,
  ...oneReadingParsers,
  ...cgroupFileParsers,
  processHoldersParser,
  processStatParser,
  smapsParser,
  conntrackListParser,
  conntrackStatParser,
  valgrindParser,
  tracemallocParser,
  perfScriptParser,
  collapsedParser,
  asyncProfilerParser,
];

/** Every parser by its id. */
export const PARSERS: ReadonlyMap<string, ParserDefinition> = new Map(DEFINITIONS.map((one) => [one.id, one]));

export type ParserId = string;

/** Names that people give a tool and that don't follow from what its parser says it reads. */
const OTHER_NAMES: Readonly<Record<string, ParserId>> = {
  journalctl: 'dmesg',
  netstat: 'netstat-s',
  ip: 'ip-link',
  'proc-net-nf-conntrack': 'nf-conntrack',
  conntrack: 'nf-conntrack',
  folded: 'collapsed',
  asprof: 'async-profiler',
  'ip-a': 'ip-link',
  'ip route show': 'ip-route',
  'ip rule show': 'ip-rule',
  'ip rule list': 'ip-rule',
  'ip-s-s-link': 'ip-link',
  'proc-net-softnet': 'proc-net-softnet-stat',
};

/** `ss -tinp` as it stands in a name: `ss-tinp`. */
const dashed = (command: string): string =>
  command
    .split(' ')
    .map((word, at) => (at === 0 ? word : word.replaceAll('-', '').replaceAll(',', '')))
    .filter((word) => word !== '')
    .join('-');

const NAMES: ReadonlyMap<string, ParserId> = new Map([
  ...DEFINITIONS.flatMap(({ id, tools }) =>
    tools.flatMap((tool): [string, ParserId][] => [
      [tool, id],
      [dashed(tool), id],
    ]),
  ),
  ...Object.entries(OTHER_NAMES),
  ...DEFINITIONS.map(({ id }): [string, ParserId] => [id, id]),
]);

/** The file a path is one of: `/proc/4711/io` is /proc/[pid]/io, a file of any cgroup is known by its last name. */
const filed = (name: string): string => {
  if (name.startsWith('/sys/fs/cgroup/')) return name.slice(name.lastIndexOf('/') + 1);
  const [root, proc, process = '', ...file] = name.split('/');
  const one = process === 'self' || isInteger(process);
  return root === '' && proc === 'proc' && one ? `/proc/[pid]/${file.join('/')}` : name;
};

/**
 * The parser that a name means: its id, a command it reads (`ss -tinp`, `ss-tinp`), a file (`/proc/net/dev`). Of a command
 * line with other options, that of the program (`free -m`).
 */
export const parserNamed = (name: string): ParserId | null => {
  const words = filed(name)
    .split(' ')
    .filter((word) => word !== '');
  for (let count = words.length; count > 0; count--) {
    const found = NAMES.get(words.slice(0, count).join(' '));
    if (found !== undefined) return found;
  }
  return null;
};

export const parserIds = (): ParserId[] => [...PARSERS.keys()];

/**
 * A parser that takes its text in chunks, cut anywhere.
 * @throws RangeError when there is no parser of that id.
 */
export const createParser = (id: ParserId, ctx: ParseContext): StreamParser => {
  const definition = PARSERS.get(id);
  if (!definition) throw new RangeError(`no parser ${JSON.stringify(id)}; there are ${parserIds().join(', ')}`);
  return streamParser(definition, ctx);
};

/** @throws ParseError when the text is not this tool's output at all. */
export const parseText = (id: ParserId, text: string, ctx: ParseContext): ParseResult => {
  const parser = createParser(id, ctx);
  parser.push(text);
  return parser.end();
};

const HEAD_LINES = 60;
const HEAD_LENGTH = 16_384;
const ENOUGH = 0.3;

/** The id of the parser that knows this text best, or null. Reads its beginning only. */
export const detect = (text: string): ParserId | null => {
  const head: string[] = [];
  const splitter = new LineSplitter(
    HEAD_LENGTH,
    (line) => {
      if (line.trim() !== '' && head.length < HEAD_LINES) head.push(line);
    },
    () => undefined,
  );
  splitter.push(text.slice(0, HEAD_LENGTH));
  splitter.end();
  let best: ParserId | null = null;
  let highest = ENOUGH;
  for (const definition of DEFINITIONS) {
    const likelihood = definition.likelihood(head);
    if (likelihood > highest) {
      best = definition.id;
      highest = likelihood;
    }
  }
  return best;
};
